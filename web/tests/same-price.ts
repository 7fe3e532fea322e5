// Reads cases that the server has computed, computes them as the page does, and prints what differs.
// tests/apps/houses/test_page_rules.py runs it.
import { readFileSync } from "node:fs";
import { completion, fit, limitOf, maximum, modulesOf } from "../src/houses/choosing.ts";
import { levels } from "../src/houses/openings.ts";
import { breakdown, difference, instalment, label, price } from "../src/houses/price.ts";
import { isOpen, startView, VIEWS } from "../src/houses/views.ts";
import type { Boot, Category, Configuration } from "../src/houses/wire.ts";

interface Case {
  configuration: Configuration;
  decided: Category[];
  expected: unknown;
}

const { boot, cases } = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as { boot: Boot; cases: Case[] };

function computed({ configuration, decided }: Case): unknown {
  const total = price(configuration, boot);
  const nest = configuration.nest;
  const most = maximum(limitOf("fenster", boot)!, nest, boot);
  const labels: Record<string, Record<string, string>> = {};
  for (const option of boot.options) {
    const text = label(difference(configuration, option, boot, total), boot.language, boot.texts["included"]!);
    (labels[option.category] ??= {})[option.value] = text;
  }
  return {
    total,
    monthly: instalment(total, boot.table),
    breakdown: breakdown(configuration, boot).map(({ category, value, amount }) => [category, value, amount]),
    labels,
    limits: Object.fromEntries(boot.limits.map((limit) => [limit.category, maximum(limit, nest, boot)])),
    smaller: fit({ ...configuration, nest: "nest80" }, boot)[0],
    completion: completion(decided),
    levels: levels(modulesOf(nest, boot), configuration.fenster?.quantity ?? 0, most),
    opened: VIEWS.filter((view) => isOpen(view, configuration)),
    start: startView(configuration),
  };
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(sorted)
  : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).sort().map(([key, held]) => [key, sorted(held)]))
  : value;
const text = (value: unknown) => JSON.stringify(sorted(value));

let different = 0;
for (const one of cases) {
  const found = text(computed(one));
  if (found === text(one.expected)) continue;
  if (different++ < 3) console.error(`${text(one.configuration)}\n  page   ${found}\n  server ${text(one.expected)}`);
}
console.error(`${cases.length} cases, ${different} different`);
process.exit(different ? 1 : 0);
