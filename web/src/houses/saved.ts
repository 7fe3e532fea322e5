// The house in local storage: it survives a reload, and the server being away.

import { CATEGORIES, chosen, fit } from "./choosing.ts";
import type { House, Source } from "./house.ts";
import { price } from "./price.ts";
import type { Boot, Configuration, View } from "./wire.ts";
import { isOpen, VIEWS } from "./views.ts";

// A house that an older page saved in another shape is not read.
const VERSION = 1;
const NAME = "trailpost.houses";

export interface Shared {
  id: string;
  revision: number;
  url: string;
  /** What the server wants to see before it changes that; older links have none. */
  editSecret?: string;
}

export interface Saved {
  version: typeof VERSION;
  configuration: Configuration;
  sources: House["sources"];
  view: View;
  /** Whose link it began as a copy of. */
  copyOf: string | null;
  /** The visitor's own link. */
  shared: Shared | null;
  /** The tracker's session that knows of this house. */
  session?: string | undefined;
}

export function save(saved: Omit<Saved, "version">): boolean {
  try {
    localStorage.setItem(NAME, JSON.stringify({ version: VERSION, ...saved }));
    return true;
  } catch {
    // Blocked or full: the house lives as long as its page.
    return false;
  }
}

/** What was saved here and can still be built and priced; a link that was opened comes first. */
export function restore(boot: Boot): Saved | null {
  try {
    const saved = JSON.parse(localStorage.getItem(NAME) || "null") as Saved | null;
    if (!saved || saved.version !== VERSION || boot.origin === "address") return null;
    if (boot.origin === "shared" && saved.copyOf !== boot.sharedId) return null;
    const [configuration] = fit(known(saved.configuration, boot), boot);
    price(configuration, boot);
    const view = VIEWS.includes(saved.view) && isOpen(saved.view, configuration) ? saved.view : "exterior";
    return { ...saved, configuration, view, sources: sourcesOf(saved.sources, configuration) };
  } catch {
    return null;
  }
}

/** Without options that are no longer offered. */
function known(configuration: Configuration, { options, configuration: start }: Boot): Configuration {
  const kept = { ...configuration };
  for (const category of CATEGORIES) {
    const value = chosen(kept, category);
    if (value && !options.some((option) => option.category === category && option.value === value)) {
      Object.assign(kept, { [category]: category === "nest" ? start.nest : null });
    }
  }
  return kept;
}

function sourcesOf(sources: Partial<Record<string, Source>>, configuration: Configuration): House["sources"] {
  return Object.fromEntries(
    CATEGORIES.filter((category) => chosen(configuration, category)).map((category) => [category, sources[category] ?? "default"]),
  );
}
