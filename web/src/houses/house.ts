// The visitor's house and what may be done to it: every deed gives a new house and says what happened.

import { CATEGORIES, chosen, choose, fit, isCounted, limitOf, maximum, quantity } from "./choosing.ts";
import { EMPTY, price } from "./price.ts";
import type { Catalogue, Category, Configuration, Counted, View } from "./wire.ts";
import { startView, viewAfterChoice, viewAfterRemoval } from "./views.ts";

export type Source = "default" | "user" | "reset" | "shared_link" | "constraint" | "restored";

export interface House {
  configuration: Configuration;
  /** Who decided each category that has a choice. */
  sources: Partial<Record<Category, Source>>;
  view: View;
}

/** A change of one category, as it is tracked. */
export interface Choice {
  category: Category;
  from: string | null;
  to: string | null;
  source: Source;
  priceBefore?: number;
  priceAfter: number;
  data?: { quantity?: number; previousQuantity?: number; rule?: string; effect?: "blocked" };
}

export interface Change {
  house: House;
  choices: Choice[];
}

export function defaults(configuration: Configuration, catalogue: Catalogue): Change {
  return begin(configuration, catalogue, "default");
}

/** For a session that knows nothing of the house yet. What was chosen in an earlier one is no choice of this one. */
export function resume({ configuration, sources, view }: House, catalogue: Catalogue): Change {
  const resumed = begin(configuration, catalogue, (category) => (sources[category] === "default" ? "default" : "restored"));
  return { ...resumed, house: { ...resumed.house, view } };
}

/** A house that somebody else, or nobody, decided on. */
export function begin(configuration: Configuration, catalogue: Catalogue, by: Source | ((category: Category) => Source)): Change {
  const sources: House["sources"] = {};
  const choices: Choice[] = [];
  const priceAfter = price(configuration, catalogue);
  for (const category of CATEGORIES) {
    const to = chosen(configuration, category);
    if (!to) continue;
    const source = typeof by === "string" ? by : by(category);
    sources[category] = source;
    const data = isCounted(category) ? { quantity: quantity(configuration, category) } : undefined;
    choices.push({ category, from: null, to, source, priceAfter, ...(data && { data }) });
  }
  return { house: { configuration, sources, view: startView(configuration) }, choices };
}

/** The visitor chooses; of what a smaller house does not take, it keeps the most it does. */
export function pick(house: House, category: Category, value: string, catalogue: Catalogue, amount?: number): Change {
  const before = house.configuration;
  const again = amount === undefined && chosen(before, category) === value;
  // Choosing again what was preselected makes it the visitor's own.
  if (again && house.sources[category] === "user") return { house, choices: [] };
  const wanted = choose(before, category, value, amount);
  const [fitted, lowered] = fit(wanted, catalogue);
  const choices = [choiceOf(category, before, wanted, "user", catalogue)];
  // One after the other, so that each change's difference in price is its own.
  let last = wanted;
  for (const { category: other, after, rule } of lowered) {
    const next = choose(last, other, chosen(last, other), after);
    const made = choiceOf(other, last, next, "constraint", catalogue);
    choices.push({ ...made, data: { ...made.data, rule } });
    last = next;
  }
  const view = viewAfterChoice(house.view, category);
  return { house: { configuration: fitted, sources: { ...house.sources, [category]: "user" }, view }, choices };
}

/** Optional categories only: a required one can be changed, not removed. */
export function remove(house: House, category: Category, catalogue: Catalogue): Change {
  const before = house.configuration;
  if (!chosen(before, category)) return { house, choices: [] };
  const configuration = choose(before, category, null);
  const { [category]: _, ...sources } = house.sources;
  const view = viewAfterRemoval(house.view, category, configuration);
  return { house: { configuration, sources, view }, choices: [choiceOf(category, before, configuration, "user", catalogue)] };
}

/** 0 removes; more than the house takes is blocked, and the rule that did it is named. */
export function setQuantity(house: House, category: Counted, amount: number, catalogue: Catalogue): Change {
  const value = chosen(house.configuration, category);
  if (!value) return { house, choices: [] };
  if (amount < 1) return remove(house, category, catalogue);
  const limit = limitOf(category, catalogue);
  if (limit && amount > maximum(limit, house.configuration.nest, catalogue)) {
    const held = choiceOf(category, house.configuration, house.configuration, "constraint", catalogue);
    return { house, choices: [{ ...held, data: { ...held.data, rule: limit.id, effect: "blocked" } }] };
  }
  if (amount === quantity(house.configuration, category)) return { house, choices: [] };
  return pick(house, category, value, catalogue, amount);
}

/** Back to the page's own defaults. */
export function reset(house: House, start: Configuration, catalogue: Catalogue): Change {
  const fresh = defaults({ ...EMPTY, ...start }, catalogue).house;
  const choices = CATEGORIES.filter(
    (category) =>
      chosen(house.configuration, category) !== chosen(start, category) ||
      quantity(house.configuration, category) !== quantity(start, category) ||
      (house.sources[category] ?? "default") !== "default",
  ).map((category) => choiceOf(category, house.configuration, start, "reset", catalogue));
  return { house: fresh, choices };
}

export function decidedBy(house: House, ...sources: Source[]): Category[] {
  return CATEGORIES.filter((category) => sources.includes(house.sources[category]!) && chosen(house.configuration, category));
}

/** What is tracked of a configuration: only what somebody decided. */
export function explicit(house: House): Partial<Configuration> {
  const decided = decidedBy(house, "user", "shared_link", "restored");
  return Object.fromEntries(decided.map((category) => [category, house.configuration[category]]));
}

function choiceOf(category: Category, before: Configuration, after: Configuration, source: Source, catalogue: Catalogue): Choice {
  const made: Choice = {
    category,
    from: chosen(before, category),
    to: chosen(after, category),
    source,
    priceBefore: price(before, catalogue),
    priceAfter: price(after, catalogue),
  };
  if (isCounted(category)) made.data = { quantity: quantity(after, category), previousQuantity: quantity(before, category) };
  return made;
}
