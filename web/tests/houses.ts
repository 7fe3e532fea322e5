// A catalogue to compute with: the combinations that the worked examples need, and every option.
import type { Catalogue, Category, Configuration, Option } from "../src/houses/wire.ts";

const option = (category: Category, value: string, more: Partial<Option> = {}): Option => ({
  category, value, name: value, fact: "", modules: null, pricedAs: null, ...more,
});

const core = (shell: string, interior: string, floor: string, base: number, perModule: number) => ({ shell, interior, floor, base, perModule });

export const CATALOGUE: Catalogue = {
  table: {
    version: "1",
    cores: [
      core("trapezblech", "kiefer", "parkett", 155500, 33600),
      core("trapezblech", "fichte", "parkett", 156900, 33800),
    core("holzlattung", "kiefer", "parkett", 165100, 35600),
      core("holzlattung", "fichte", "parkett", 166400, 35800),
      core("holzlattung", "fichte", "stone", 172100, 37300),
      core("platten", "kiefer", "parkett", 191900, 40300),
      core("platten", "eiche", "parkett", 202100, 42200),
      core("platten", "eiche", "stone", 207800, 43600),
    ],
    windows: { pvc_fenster: 280, fichte: 400, steirische_eiche: 550, aluminium: 700 },
    planning: { basis: 8900, plus: 13900, pro: 18900 },
    panel: 390,
    plotCheck: 490,
    instalment: { rate: 0.035, months: 240 },
  },
  sections: [],
  options: [
    ...[4, 5, 6, 7, 8].map((modules) => option("nest", `nest${20 * modules}`, { modules })),
    option("gebaeudehuelle", "trapezblech", { pricedAs: "trapezblech" }),
    option("gebaeudehuelle", "holzlattung", { pricedAs: "holzlattung" }),
    option("gebaeudehuelle", "fassadenplatten_schwarz", { pricedAs: "platten" }),
    option("innenverkleidung", "kiefer", { pricedAs: "kiefer" }),
    option("innenverkleidung", "fichte", { pricedAs: "fichte" }),
    option("innenverkleidung", "steirische_eiche", { pricedAs: "eiche" }),
    option("fussboden", "parkett", { pricedAs: "parkett" }),
    option("fussboden", "kalkstein_kanafar", { pricedAs: "stone" }),
    option("fussboden", "schiefer_massiv", { pricedAs: "stone" }),
  ],
  limits: [
    { id: "pv-limit", category: "pvanlage", base: 8, perExtraModule: 2, minimum: 1 },
    { id: "window-limit", category: "fenster", base: 30, perExtraModule: 4, minimum: 1 },
  ],
};

export const START: Configuration = {
  nest: "nest80", gebaeudehuelle: "holzlattung", innenverkleidung: null, fussboden: null,
  fenster: null, planungspaket: null, pvanlage: null, grundstueckscheck: null,
};
