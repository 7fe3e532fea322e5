// Page views, the time each page was really in sight, and how far it was scrolled.

import type { Push } from "./events.ts";
import { guard, listen } from "./guard.ts";
import { pageUrl } from "./session.ts";

// Reading the page's height may cost a layout, so not at every scroll event.
const SCROLL_PAUSE = 250;

/** The page is out of sight or left: report the time since it came into sight. */
type Pause = () => void;
/** The page is in sight; `anew` when that is a view of its own, as when it came back from the history. */
type Resume = (anew?: boolean) => void;

export function watchPages(win: Window & typeof globalThis, push: Push, mode: string | undefined): [Pause, Resume] {
  const { document, history, performance } = win;
  let url = "";
  let since = 0;
  let depth = 0;
  let timer = 0;

  // The category of what is done with a page as a whole.
  function interaction(event: string, fields: object): void {
    push("interaction", { event, category: "page", element: url.slice(0, 200), ...fields });
  }

  function pause(): void {
    const timeSpent = Math.round(performance.now() - since);
    if (since && timeSpent) interaction("custom", { value: "left", timeSpent });
    since = 0;
  }

  function resume(anew?: boolean): void {
    const now = pageUrl(win.location, mode === "hash");
    if (anew || now !== url) {
      if (anew) since = 0;
      pause();
      url = now;
      depth = 0;
      push("page_view", { url });
    }
    if (!document.hidden) since = since || performance.now();
  }

  const moved = guard(() => resume());

  listen(win, "scroll", () => {
    timer = timer || win.setTimeout(guard(() => {
      timer = 0;
      const seen = (win.scrollY + win.innerHeight) / document.documentElement.scrollHeight;
      // Heights are rounded, so the very end may fall a pixel short.
      while (depth < 100 && seen * 100 > depth + 24.5) interaction("scroll", { value: `${(depth += 25)}` });
    }), SCROLL_PAUSE);
  });

  if (mode !== "off") {
    for (const name of ["pushState", "replaceState"] as const) {
      const original = history[name];
      history[name] = function (this: History, ...args) {
        original.apply(this, args);
        moved();
      };
    }
    // Fired for a new fragment too.
    listen(win, "popstate", moved);
  }
  return [pause, resume];
}
