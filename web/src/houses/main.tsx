// Entry of the configurator: takes the page over from the server's markup, and holds the visitor's house.

import { type ComponentChildren, render } from "preact";
import { watchPrices } from "./check.ts";
import { chosen, limitOf, maximum, quantity, REQUIRED } from "./choosing.ts";
import { developerTools } from "./developer.ts";
import { InquiryDialog, Lightbox, ResetDialog, ShareDialog } from "./dialogs.tsx";
import { begin, type Change, type Choice, defaults, type House, pick, remove, reset, setQuantity } from "./house.ts";
import { Bar, Overview } from "./overview.tsx";
import { show } from "./picture.ts";
import { EMPTY, price } from "./price.ts";
import { restore, save, type Shared } from "./saved.ts";
import { Sections } from "./sections.tsx";
import * as server from "./server.ts";
import { caption, Stage, Tools } from "./stage.tsx";
import { after, priced } from "./timings.ts";
import * as tracking from "./track.ts";
import type { Boot, Category, Counted, View } from "./wire.ts";
import { say } from "./words.ts";

const AUTO_SAVE = 2_000;

const boot = JSON.parse(document.getElementById("boot")!.textContent!) as Boot;
const svg = document.getElementById("house") as unknown as SVGElement;
const root = (id: string) => document.getElementById(id)!;
const start = boot.origin === "default" ? boot.configuration : { ...EMPTY, gebaeudehuelle: "holzlattung" };

let house: House;
let total: number;
let shared: Shared | null = null;
let copyOf: string | null = null;
let saved: "saved" | "local" = "saved";
let notes: Partial<Record<Category, string>> = {};
let autoSave = 0;

const checkSoon = watchPrices({
  now: () => ({ configuration: house.configuration, total, version: boot.table.version }),
  reached(yes) {
    if ((saved === "saved") === yes) return;
    saved = yes ? "saved" : "local";
    paintTools();
  },
  async outdated() {
    boot.table = await server.priceTable();
    paint();
  },
  mismatch({ configuration, total: browser, version }, theirs) {
    const data = { browser, server: theirs, configuration };
    tracking.timing("price_mismatch", browser - theirs, { unit: "eur", data });
    tracking.track("price", { element: "price_mismatch", value: browser - theirs, data });
    tracking.captureError("PriceMismatch", `${browser} here, ${theirs} at the server`, {
      level: "warning",
      tags: [`list ${version}`],
      context: data,
      fingerprint: ["price_mismatch"],
    });
    console.error(`price mismatch: ${browser} here, ${theirs} at the server, list ${version}`, configuration);
  },
});

function begun(): Choice[] {
  const kept = restore(boot);
  if (kept) {
    house = kept;
    ({ shared, copyOf } = kept);
    return [];
  }
  const foreign = boot.origin === "shared";
  const change = foreign ? begin(boot.configuration, boot, "shared_link") : defaults(start, boot);
  house = change.house;
  copyOf = foreign ? boot.sharedId : null;
  if (boot.origin !== "address") return change.choices;
  return change.choices.concat(fromAddress());
}

/** Choices of a visitor who had no script when they made them. */
function fromAddress(): Choice[] {
  const { configuration } = boot;
  const choices = boot.sections.flatMap(({ category }) => {
    const value = chosen(configuration, category);
    if (!value || JSON.stringify(configuration[category]) === JSON.stringify(house.configuration[category])) return [];
    const held = configuration[category];
    const change = pick(house, category, value, boot, typeof held === "object" ? held!.quantity : undefined);
    house = change.house;
    return change.choices;
  });
  house = { ...house, view: svg.dataset["view"] as View };
  return choices;
}

/** The new price first; what it looks like, what is kept and what is told come after it. */
function apply({ house: next, choices }: Change, event: Event): void {
  const started = performance.now();
  house = next;
  total = price(house.configuration, boot);
  const calculated = performance.now() - started;
  notes = notesOf(choices);
  paint();
  priced(event);
  after(event, (toPaint) => {
    paintPicture();
    keep();
    tracking.trackChoices(choices, boot.table.version);
    tracking.timing("price_calculation", calculated);
    if (event.isTrusted) tracking.timing("option_click_to_paint", toPaint);
    checkSoon();
    clearTimeout(autoSave);
    if (choices.length) autoSave = window.setTimeout(snapshot, AUTO_SAVE, "auto_save");
  });
}

/** What limits had to say: it stays until the next change. */
function notesOf(choices: Choice[]): typeof notes {
  const found: typeof notes = {};
  for (const { category, source, data } of choices) {
    const limit = source === "constraint" && limitOf(category, boot);
    if (!limit) continue;
    const most = `${maximum(limit, house.configuration.nest, boot)} ${boot.texts[`unit_${category}`]}`;
    const nest = boot.options.find((one) => one.value === house.configuration.nest)!.name;
    found[category] = say(boot.texts[data?.effect === "blocked" ? "limit_blocked" : "limit_lowered"]!, nest, most);
  }
  return found;
}

function snapshot(trigger: "auto_save" | "page_exit" | "order_attempt" | "manual", status?: "in_cart" | "completed" | "converted"): void {
  clearTimeout(autoSave);
  autoSave = 0;
  tracking.trackSnapshot(house, total, boot.table.version, trigger, status);
}

function keep(): void {
  save({ ...house, copyOf, shared });
}

function paint(): void {
  total = price(house.configuration, boot);
  const shown = { boot, configuration: house.configuration, total };
  render(<Bar {...shown} onReset={askToReset} onBuild={build} />, root("bar"));
  render(<Sections {...shown} notes={notes} deeds={deeds} />, root("sections"));
  render(<Overview {...shown} />, root("overview"));
  paintStage();
  paintTools();
}

function paintStage(): void {
  render(<Stage boot={boot} configuration={house.configuration} view={house.view} onView={turn} />, root("stage-line"));
}

function paintTools(): void {
  render(<Tools boot={boot} saved={saved} printHref={printHref()} onShare={share} onImages={() => dialog(<Lightbox boot={boot} view={house.view} onClose={() => dialog()} />)} />, root("tools"));
}

function paintPicture(): void {
  show(svg, house.configuration, house.view, boot);
  svg.setAttribute("aria-label", caption(boot, house.configuration, house.view));
}

const deeds = {
  pick(event: Event, category: Category, value: string) {
    event.preventDefault();
    apply(pick(house, category, value, boot), event);
  },
  remove(event: Event, category: Category) {
    event.preventDefault();
    apply(remove(house, category, boot), event);
  },
  amount(event: Event, category: Counted, amount: number, done: boolean) {
    event.preventDefault();
    if (done) return apply(setQuantity(house, category, amount, boot), event);
    // The price follows the slider; only where it comes to rest is a choice.
    const resting = { house, total };
    house = setQuantity(house, category, Math.max(1, amount), boot).house;
    paint();
    paintPicture();
    ({ house, total } = resting);
  },
};

function turn(event: Event, view: View): void {
  event.preventDefault();
  house = { ...house, view };
  paintStage();
  paintPicture();
  keep();
}

function dialog(content?: ComponentChildren): void {
  render(content ?? null, root("dialogs"));
}

function askToReset(event: Event): void {
  event.preventDefault();
  const onReset = (click: Event) => {
    copyOf = shared = null;
    apply(reset(house, start, boot), click);
    scrollTo({ top: 0 });
  };
  dialog(<ResetDialog boot={boot} onClose={() => dialog()} onReset={onReset} />);
}

function build(): void {
  snapshot("order_attempt", "in_cart");
  const open = REQUIRED.filter((category) => !chosen(house.configuration, category));
  dialog(
    <InquiryDialog
      boot={boot}
      configuration={house.configuration}
      total={total}
      open={open.map((category) => boot.sections.find((one) => one.category === category)!.title)}
      sessionId={tracking.sessionId(boot.key)}
      onClose={() => dialog()}
      onSent={({ conversionStatus }) => snapshot("manual", conversionStatus)}
    />,
  );
}

async function share(): Promise<void> {
  const ask = (state: Parameters<typeof ShareDialog>[0]["state"]) =>
    dialog(<ShareDialog boot={boot} state={state} onClose={() => dialog()} onRetry={share} />);
  ask("waiting");
  try {
    shared = await server.share(house.configuration, shared);
    keep();
    ask({ url: new URL(shared.url, location.href).href });
  } catch (error) {
    ask(error instanceof server.Refused ? "refused" : "away");
  }
}

/** The print view of this very configuration: it needs no saving. */
function printHref(): string {
  const query = new URLSearchParams();
  for (const { category } of boot.sections) {
    const amount = quantity(house.configuration, category);
    const value = chosen(house.configuration, category) ?? "";
    query.set(category, category === "pvanlage" && amount ? `${amount}` : value);
    if (category === "fenster" && amount) query.set("fenster_m2", `${amount}`);
  }
  if (boot.language === "en") query.set("lang", "en");
  return `/konfigurator/print?${query}`;
}

const choices = begun();
paint();
paintPicture();
keep();
tracking.trackChoices(choices, boot.table.version);
tracking.watchSections(document);
checkSoon();
// Before the tracker sends what it has: what has not been told yet goes with it.
addEventListener("pagehide", () => autoSave && snapshot("page_exit"), { capture: true });
addEventListener("visibilitychange", () => document.hidden && autoSave && snapshot("page_exit"), { capture: true });
if (boot.development) developerTools(() => ({ house, total, boot }));
document.documentElement.dataset["ready"] = "yes";
