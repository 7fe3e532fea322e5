// Small behaviours that every page shares. Without them each page still works.

const dark = matchMedia("(prefers-color-scheme: dark)");
const themeChanged: (() => void)[] = [() => {}];

export function onTheme(then: () => void): void {
  themeChanged.push(then);
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : dark.matches;
}

/** Switches between light and dark, keeps the choice, and says the state to screen readers. */
export function themeButton(): void {
  const say = () => document.getElementById("theme")?.setAttribute("aria-pressed", String(isDark()));
  const changed = () => {
    say();
    for (const then of themeChanged) then();
  };
  document.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("#theme")) return;
    const next = isDark() ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    try {
      localStorage.setItem("trailpost.theme", next);
    } catch {
      // Storage is forbidden here: the choice lasts for this page.
    }
    changed();
  });
  dark.addEventListener("change", changed);
  say();
}

/** Paper is white: charts are drawn anew for it, and after it as they were. */
export function printsLight(): void {
  const root = document.documentElement;
  let before: string | undefined;
  const redraw = () => themeChanged.forEach((then) => then());
  addEventListener("beforeprint", () => {
    before = root.dataset["theme"];
    root.dataset["theme"] = "light";
    redraw();
  });
  addEventListener("afterprint", () => {
    if (before) root.dataset["theme"] = before;
    else delete root.dataset["theme"];
    redraw();
  });
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-prints]")) print();
  });
}

/** Moves a definition to the left, or under its title, where it would stick out of the page. */
function keepInside(tip: HTMLElement): void {
  tip.style.translate = "";
  tip.classList.remove("below");
  tip.classList.toggle("below", tip.getBoundingClientRect().top < 0);
  const over = tip.getBoundingClientRect().right + 8 - document.documentElement.clientWidth;
  if (over > 0) tip.style.translate = `${-over}px`;
}

/** Escape hides an open definition, and closes an open menu, until focus or pointer moves on. */
export function tips(): void {
  const root = document.documentElement;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    root.classList.add("tips-off");
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.more[open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
  for (const moved of ["focusin", "pointerover"]) {
    document.addEventListener(moved, (event) => {
      root.classList.remove("tips-off");
      const about = (event.target as Element).closest?.(".about");
      if (about) keepInside(about.nextElementSibling as HTMLElement);
    });
  }
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.more[open]")) {
      if (!menu.contains(event.target as Node)) menu.open = false;
    }
  });
}

/** `data-copy="#id"` puts the text of that element on the clipboard. */
export function copyButtons(): void {
  document.addEventListener("click", async (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    if (!button) return;
    const text = document.querySelector(button.dataset["copy"]!)?.textContent ?? "";
    const label = button.querySelector("span")!;
    try {
      await navigator.clipboard.writeText(text.trim());
      label.textContent = "Copied";
    } catch {
      label.textContent = "Select and copy";
    }
    setTimeout(() => (label.textContent = "Copy"), 2000);
  });
}
