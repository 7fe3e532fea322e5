// Which view of the house is shown: rules of opening, switching and removing.

import type { Category, Configuration, View } from "./wire.ts";

export const VIEWS: readonly View[] = ["exterior", "interior", "pv", "fenster"];
const BY_PREFERENCE: readonly View[] = ["fenster", "pv", "interior", "exterior"];

const SHOWS: Partial<Record<Category, View>> = {
  nest: "exterior",
  gebaeudehuelle: "exterior",
  innenverkleidung: "interior",
  fussboden: "interior",
  pvanlage: "pv",
  fenster: "fenster",
};

/** A view opens with the first choice that it shows. */
export function isOpen(view: View, { innenverkleidung, fussboden, pvanlage, fenster }: Configuration): boolean {
  return { exterior: true, interior: !!(innenverkleidung || fussboden), pv: !!pvanlage, fenster: !!fenster }[view];
}

export function startView(configuration: Configuration): View {
  return BY_PREFERENCE.find((view) => isOpen(view, configuration))!;
}

/** After a choice in `category`; the services change nothing. */
export function viewAfterChoice(now: View, category: Category): View {
  return SHOWS[category] ?? now;
}

/** After windows or panels were removed: the other one if it is chosen, else inside, else outside. */
export function viewAfterRemoval(now: View, category: Category, left: Configuration): View {
  if (category !== "fenster" && category !== "pvanlage") return now;
  const other: View = category === "fenster" ? "pv" : "fenster";
  return [other, "interior" as const].find((view) => isOpen(view, left)) ?? "exterior";
}
