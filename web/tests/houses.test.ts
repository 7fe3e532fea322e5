import assert from "node:assert/strict";
import { test } from "node:test";
import { completion, fit } from "../src/houses/choosing.ts";
import { type Change, decidedBy, defaults, explicit, type House, pick, remove, reset, resume, setQuantity } from "../src/houses/house.ts";
import { levels } from "../src/houses/openings.ts";
import { breakdown, difference, euro, instalment, label, price } from "../src/houses/price.ts";
import { startView } from "../src/houses/views.ts";
import type { Category, Configuration } from "../src/houses/wire.ts";
import { CATALOGUE, START } from "./houses.ts";

const fresh = (): House => defaults(START, CATALOGUE).house;
const choose = (house: House, category: Category, value: string, amount?: number): House =>
  pick(house, category, value, CATALOGUE, amount).house;
const kinds = ({ choices }: Change) => choices.map(({ category, source }) => [category, source]);

const EXAMPLES: [Partial<Configuration>, number, number][] = [
  [{ gebaeudehuelle: null }, 155_500, 902],
  [{}, 165_100, 958],
  [
    {
      nest: "nest120", innenverkleidung: "fichte", fussboden: "kalkstein_kanafar", planungspaket: "plus", grundstueckscheck: "grundstueckscheck",
      pvanlage: { value: "pv_panels", quantity: 8 }, fenster: { value: "aluminium", quantity: 20 },
    },
    278_210,
    1_614,
  ],
  [
    {
      nest: "nest160", gebaeudehuelle: "fassadenplatten_schwarz", innenverkleidung: "steirische_eiche", fussboden: "schiefer_massiv",
      planungspaket: "pro", pvanlage: { value: "pv_panels", quantity: 16 }, fenster: { value: "steirische_eiche", quantity: 35 },
    },
    426_590,
    2_474,
  ],
];

test("the worked examples cost what they should, and their lines sum to that", () => {
  for (const [changed, total, monthly] of EXAMPLES) {
    const configuration = { ...START, ...changed };
    assert.equal(price(configuration, CATALOGUE), total);
    assert.equal(instalment(total, CATALOGUE.table), monthly);
    assert.equal(breakdown(configuration, CATALOGUE).reduce((sum, { amount }) => sum + amount, 0), total);
  }
});

test("a combination without a price is an error, never a price", () => {
  assert.throws(() => price({ ...START, gebaeudehuelle: "stroh" }, CATALOGUE), /no price for stroh/);
  assert.throws(() => price({ ...START, fenster: { value: "glas", quantity: 1 } }, CATALOGUE), /no price for glas/);
});

test("labels are relative to what is chosen", () => {
  const total = price(START, CATALOGUE);
  const of = (value: string) => difference(START, CATALOGUE.options.find((one) => one.value === value)!, CATALOGUE, total);
  assert.equal(label(of("trapezblech"), "de", "inkludiert"), "− 9.600 €");
  assert.equal(label(of("kiefer"), "de", "inkludiert"), "inkludiert");
  assert.equal(label(of("nest100"), "de", "inkludiert"), "+ 35.600 €");
  assert.equal(euro(1_234_567, "en"), "€1,234,567");
});

test("a smaller house lowers panels and windows to what it takes, and names the rules", () => {
  let house = choose(fresh(), "nest", "nest160");
  house = choose(house, "pvanlage", "pv_panels", 16);
  house = choose(house, "fenster", "aluminium", 46);
  const change = pick(house, "nest", "nest80", CATALOGUE);
  assert.equal(change.house.configuration.pvanlage!.quantity, 8);
  assert.equal(change.house.configuration.fenster!.quantity, 30);
  assert.deepEqual(kinds(change), [["nest", "user"], ["pvanlage", "constraint"], ["fenster", "constraint"]]);
  assert.deepEqual(change.choices[1]!.data, { quantity: 8, previousQuantity: 16, rule: "pv-limit" });
  assert.equal(change.choices[0]!.priceAfter, change.choices[1]!.priceBefore);
  assert.equal(change.choices.at(-1)!.priceAfter, price(change.house.configuration, CATALOGUE));
  assert.equal(change.house.sources.pvanlage, "user");
});

test("more than the house takes is blocked, and changes nothing", () => {
  const house = choose(fresh(), "pvanlage", "pv_panels", 8);
  const change = setQuantity(house, "pvanlage", 9, CATALOGUE);
  assert.equal(change.house, house);
  assert.deepEqual(change.choices.map(({ source, data }) => [source, data!.rule, data!.effect]), [["constraint", "pv-limit", "blocked"]]);
});

test("the first click sets one, and none removes the choice", () => {
  const one = choose(fresh(), "fenster", "fichte");
  assert.deepEqual(one.configuration.fenster, { value: "fichte", quantity: 1 });
  assert.deepEqual(choose(one, "fenster", "aluminium").configuration.fenster, { value: "aluminium", quantity: 1 });
  const none = setQuantity(one, "fenster", 0, CATALOGUE);
  assert.equal(none.house.configuration.fenster, null);
  assert.deepEqual(none.choices.map(({ from, to, source }) => [from, to, source]), [["fichte", null, "user"]]);
});

test("what nobody chose does not count, and what was preselected becomes the visitor's by a click", () => {
  const begun = defaults(START, CATALOGUE);
  assert.deepEqual(kinds(begun), [["nest", "default"], ["gebaeudehuelle", "default"]]);
  assert.deepEqual(explicit(begun.house), {});
  assert.equal(completion(decidedBy(begun.house, "user")), 0);
  const clicked = pick(begun.house, "nest", "nest80", CATALOGUE);
  assert.deepEqual(explicit(clicked.house), { nest: "nest80" });
  assert.equal(completion(decidedBy(clicked.house, "user")), 25);
  assert.deepEqual(pick(clicked.house, "nest", "nest80", CATALOGUE).choices, []);
  assert.equal(completion(["nest", "fenster"]), 40);
});

test("starting again is told of every category that it changes", () => {
  let house = choose(fresh(), "nest", "nest120");
  house = choose(house, "pvanlage", "pv_panels", 3);
  const change = reset(house, START, CATALOGUE);
  assert.deepEqual(kinds(change), [["nest", "reset"], ["pvanlage", "reset"]]);
  assert.deepEqual(change.house.configuration, START);
  assert.deepEqual(decidedBy(change.house, "user"), []);
  assert.equal(change.house.view, "exterior");
});

test("a choice shows what it is about, and the services change nothing", () => {
  let house = fresh();
  const shows = (category: Category, value: string) => (house = choose(house, category, value)).view;
  assert.equal(shows("innenverkleidung", "fichte"), "interior");
  assert.equal(shows("planungspaket", "plus"), "interior");
  assert.equal(shows("pvanlage", "pv_panels"), "pv");
  assert.equal(shows("fenster", "aluminium"), "fenster");
  assert.equal(shows("grundstueckscheck", "grundstueckscheck"), "fenster");
  assert.equal(shows("gebaeudehuelle", "trapezblech"), "exterior");
});

test("removing windows or panels shows the other one, else inside, else outside", () => {
  const both = choose(choose(fresh(), "pvanlage", "pv_panels"), "fenster", "aluminium");
  const gone = (house: House, category: Category) => remove(house, category, CATALOGUE).house;
  assert.equal(gone(both, "fenster").view, "pv");
  assert.equal(gone(both, "pvanlage").view, "fenster");
  assert.equal(gone(gone(both, "fenster"), "pvanlage").view, "exterior");
  const inside = choose(both, "fussboden", "parkett");
  assert.equal(gone(gone(inside, "pvanlage"), "fenster").view, "interior");
});

test("the page begins with the view of the most that is chosen", () => {
  const pvanlage = { value: "pv_panels", quantity: 1 };
  const fenster = { value: "aluminium", quantity: 1 };
  assert.equal(startView({ ...START, fussboden: "parkett", pvanlage, fenster }), "fenster");
  assert.equal(startView({ ...START, fussboden: "parkett", pvanlage }), "pv");
  assert.equal(startView({ ...START, fussboden: "parkett" }), "interior");
  assert.equal(startView(START), "exterior");
});

test("openings become more before they grow, and all are large at the most", () => {
  assert.deepEqual(levels(4, 1, 30), [1, 0, 0, 0, 0]);
  assert.deepEqual(levels(4, 10, 30), [1, 1, 1, 1, 1]);
  assert.deepEqual(levels(4, 30, 30), [3, 3, 3, 3, 3]);
  assert.deepEqual(levels(4, 0, 30), [2, 2, 2, 2, 2]);
});

test("what fits is left as it is", () => {
  const configuration = { ...START, pvanlage: { value: "pv_panels", quantity: 8 } };
  assert.deepEqual(fit(configuration, CATALOGUE), [configuration, []]);
});

test("a house from an earlier session is nobody's choice in the next one, and can be made one", () => {
  const chosen = choose(choose(fresh(), "nest", "nest120"), "fenster", "fichte", 4);
  const { house, choices } = resume(chosen, CATALOGUE);
  assert.deepEqual(choices.map(({ category, to, source }) => [category, to, source]), [
    ["nest", "nest120", "restored"],
    ["gebaeudehuelle", "holzlattung", "default"],
    ["fenster", "fichte", "restored"],
  ]);
  assert.ok(choices.every(({ priceAfter }) => priceAfter === price(chosen.configuration, CATALOGUE)));
  assert.deepEqual(choices[2]!.data, { quantity: 4 });
  assert.deepEqual([house.configuration, house.view], [chosen.configuration, chosen.view]);
  assert.deepEqual(decidedBy(house, "user"), []);
  assert.deepEqual(explicit(house), { nest: "nest120", fenster: { value: "fichte", quantity: 4 } });
  assert.deepEqual(kinds(pick(house, "nest", "nest120", CATALOGUE)), [["nest", "user"]]);
});
