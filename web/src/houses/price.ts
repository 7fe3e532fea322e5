// The price rule, as the server has it in rules/prices.py: total, instalment, breakdown, and what each
// option would change. Whole euro, tax included.

import { CATEGORIES, choose, chosen, fit, modulesOf, quantity, SMALLEST } from "./choosing.ts";
import type { Catalogue, Category, Configuration, Core, Language, Option, PriceTable } from "./wire.ts";

// A core category not chosen yet counts as the cheapest.
const ASSUMED = { gebaeudehuelle: "trapezblech", innenverkleidung: "kiefer", fussboden: "parkett" } as const;

export interface Line {
  category: Category;
  value: string;
  amount: number;
}

/** Throws when the price list does not know a combination or an option. */
export function price(configuration: Configuration, catalogue: Catalogue): number {
  const { table } = catalogue;
  const core = coreOf(configuration, catalogue);
  let total = core.base + (modulesOf(configuration.nest, catalogue) - SMALLEST) * core.perModule;
  total += table.panel * quantity(configuration, "pvanlage");
  const { fenster, planungspaket, grundstueckscheck } = configuration;
  if (fenster) total += fenster.quantity * priced(table.windows, fenster.value);
  if (planungspaket) total += priced(table.planning, planungspaket);
  return grundstueckscheck ? total + table.plotCheck : total;
}

/** Whole euro a month: an annuity, P·i(1+i)^n / ((1+i)^n − 1), i a twelfth of the rate. */
export function instalment(total: number, { instalment: { rate, months } }: PriceTable): number {
  const i = rate / 12;
  const growth = (1 + i) ** months;
  return Math.round((total * i * growth) / (growth - 1));
}

/** What each choice adds to the ones above it, in the order of the page. */
export function breakdown(configuration: Configuration, catalogue: Catalogue): Line[] {
  let soFar = choose(EMPTY, "nest", configuration.nest);
  let before = 0;
  const lines: Line[] = [];
  for (const category of CATEGORIES) {
    const value = chosen(configuration, category);
    if (!value) continue;
    soFar = choose(soFar, category, value, quantity(configuration, category) || undefined);
    const after = price(soFar, catalogue);
    lines.push({ category, value, amount: after - before });
    before = after;
  }
  return lines;
}

/** How the total would change by choosing this option now. 0: it is in the price. */
export function difference(configuration: Configuration, option: Option, catalogue: Catalogue, total: number): number {
  const [after] = fit(choose(configuration, option.category, option.value), catalogue);
  return price(after, catalogue) - total;
}

/** `155.500 €`, or `€155,500`. */
export function euro(amount: number, language: Language): string {
  const digits = String(Math.abs(amount)).replace(/\B(?=(\d{3})+$)/g, language === "en" ? "," : ".");
  return language === "en" ? `€${digits}` : `${digits} €`;
}

/** `+ 9.600 €`, `− 9.600 €`, or `included` for nothing. */
export function label(amount: number, language: Language, included: string): string {
  return amount ? `${amount > 0 ? "+" : "−"} ${euro(amount, language)}` : included;
}

export const EMPTY: Configuration = {
  nest: "nest80",
  gebaeudehuelle: null,
  innenverkleidung: null,
  fussboden: null,
  fenster: null,
  planungspaket: null,
  pvanlage: null,
  grundstueckscheck: null,
};

function coreOf(configuration: Configuration, catalogue: Catalogue): Core {
  const [shell, interior, floor] = (Object.keys(ASSUMED) as (keyof typeof ASSUMED)[]).map((category) => {
    const value = configuration[category] ?? ASSUMED[category];
    const option = catalogue.options.find((one) => one.category === category && one.value === value);
    return option?.pricedAs ?? value;
  });
  const found = catalogue.table.cores.find((core) => core.shell === shell && core.interior === interior && core.floor === floor);
  if (!found) throw new Error(`price list ${catalogue.table.version} has no price for ${shell}, ${interior}, ${floor}`);
  return found;
}

function priced(prices: Record<string, number>, value: string): number {
  const found = prices[value];
  if (found === undefined) throw new Error(`there is no price for ${value}`);
  return found;
}
