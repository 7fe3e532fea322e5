// Starts the OpenAPI viewer on <… id="api" data-schema="URL">: a file, so that no page needs an inline script.
declare const SwaggerUIBundle: (options: object) => unknown;

const dark = matchMedia("(prefers-color-scheme: dark)");
function paint() {
  // The dashboard's own choice goes before the system's; storage may be forbidden.
  let kept: string | null = null;
  try {
    kept = localStorage.getItem("trailpost.theme");
  } catch {}
  document.documentElement.classList.toggle("dark-mode", kept ? kept === "dark" : dark.matches);
}
paint();
dark.addEventListener("change", paint);

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
