// A configuration read and changed by category, and what a house of its size takes at most.
// The server does the same in rules/choosing.py and rules/limits.py.

import type { Catalogue, Category, Configuration, Counted, Limit, Quantity } from "./wire.ts";

export const SMALLEST = 4;
export const CATEGORIES: readonly Category[] = [
  "nest", "gebaeudehuelle", "innenverkleidung", "fussboden", "fenster", "planungspaket", "pvanlage", "grundstueckscheck",
];
export const REQUIRED: readonly Category[] = CATEGORIES.slice(0, 4);

export interface Lowered {
  rule: string;
  category: Counted;
  before: number;
  after: number;
}

export function isCounted(category: Category): category is Counted {
  return category === "fenster" || category === "pvanlage";
}

export function chosen(configuration: Configuration, category: Category): string | null {
  const found = configuration[category];
  return typeof found === "object" ? found && found.value : found;
}

/** 0 where nothing is chosen, and in a category without quantities. */
export function quantity(configuration: Configuration, category: Category): number {
  const found = configuration[category];
  return (typeof found === "object" && found && found.quantity) || 0;
}

/** With another choice there; null removes it. Without `amount` the quantity stays, else it is 1. */
export function choose(configuration: Configuration, category: Category, value: string | null, amount?: number): Configuration {
  if (value === null) return category === "nest" ? configuration : { ...configuration, [category]: null };
  if (!isCounted(category)) return { ...configuration, [category]: value };
  const made: Quantity = { value, quantity: amount ?? (quantity(configuration, category) || 1) };
  return { ...configuration, [category]: made };
}

export function modulesOf(nest: string, { options }: Catalogue): number {
  return options.find((option) => option.category === "nest" && option.value === nest)?.modules ?? SMALLEST;
}

export function maximum(limit: Limit, nest: string, catalogue: Catalogue): number {
  return limit.base + limit.perExtraModule * (modulesOf(nest, catalogue) - SMALLEST);
}

export function limitOf(category: Category, { limits }: Catalogue): Limit | undefined {
  return limits.find((limit) => limit.category === category);
}

/** Lower what the house does not take, and say what was lowered by which rule. */
export function fit(configuration: Configuration, catalogue: Catalogue): [Configuration, Lowered[]] {
  const lowered: Lowered[] = [];
  let fitted = configuration;
  for (const limit of catalogue.limits) {
    const before = quantity(fitted, limit.category);
    const after = maximum(limit, fitted.nest, catalogue);
    if (before <= after) continue;
    fitted = choose(fitted, limit.category, chosen(fitted, limit.category), after);
    lowered.push({ rule: limit.id, category: limit.category, before, after });
  }
  return [fitted, lowered];
}

/** Percent of the required categories a person decided, and of the optional ones they chose. */
export function completion(decided: readonly Category[]): number {
  const optional = decided.filter((category) => !REQUIRED.includes(category)).length;
  const share = (100 * decided.length) / (REQUIRED.length + optional);
  // As the server rounds: a half goes to the even number.
  return share % 1 === 0.5 ? 2 * Math.round(share / 2) : Math.round(share);
}
