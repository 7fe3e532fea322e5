// Starts the OpenAPI viewer on <div id="docs" data-openapi="URL">: a file, so that no page needs an inline script.
declare const SwaggerUIBundle: (options: object) => unknown;

const place = document.getElementById("docs");
if (place) {
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset["openapi"] ?? "openapi.json",
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    // The validator badge would ask a server on the internet.
    validatorUrl: null,
  });
}
