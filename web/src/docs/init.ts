// Starts the OpenAPI viewer on <… id="api" data-schema="URL">: a file, so that no page needs an inline script.
declare const SwaggerUIBundle: (options: object) => unknown;

const place = document.getElementById("api");
if (place) {
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset["schema"],
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    // The validator badge would ask a server on the internet.
    validatorUrl: null,
  });
}
