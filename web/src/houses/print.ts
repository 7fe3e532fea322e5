// The print view's one button.

const button = document.getElementById("print");
button?.removeAttribute("hidden");
button?.addEventListener("click", () => window.print());
