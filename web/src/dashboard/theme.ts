// Runs before the first paint, as a plain blocking script: the page never flashes in the wrong colours.
{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const kept = localStorage.getItem("trailpost.theme");
    if (kept === "dark" || kept === "light") root.dataset["theme"] = kept;
  } catch {
    // Storage is forbidden here: the system's scheme it is.
  }
}
