// Entry of the configurator: takes the page over from the server's markup, and holds the visitor's house.

import { type ComponentChildren, render } from "preact";
import { watchPrices } from "./check.ts";
import { chosen, limitOf, maximum, quantity, REQUIRED } from "./choosing.ts";
import { developerTools } from "./developer.ts";
import { Lightbox, ResetDialog, ShareDialog } from "./dialogs.tsx";
import { begin, type Change, type Choice, defaults, type House, pick, remove, reset, resume, setQuantity } from "./house.ts";
import { InquiryDialog } from "./inquiry.tsx";
import { standBy } from "./offline.ts";
import { Bar, Overview } from "./overview.tsx";
import { complete, show } from "./picture.ts";
import { EMPTY, price } from "./price.ts";
import { restore, save, type Shared } from "./saved.ts";
import { Sections } from "./sections.tsx";
import * as server from "./server.ts";
import { caption, Stage, Tools } from "./stage.tsx";
import { after, priced } from "./timings.ts";
import * as tracking from "./track.ts";
import type { Boot, Category, Counted, View } from "./wire.ts";
import { discard, FIRST_PAUSE, hold, sendLater, waiting, type Waiting } from "./waiting.ts";
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
/** The tracker's session that knows of the house. */
let told: string | undefined;
/** What that session has yet to be told. */
let untold: Choice[] = [];
/** What of the contact form is open: an inquiry that was just sent, or discarded. */
let asking: { sent: boolean; draft: server.Inquiry | null } | null = null;
let arrived = false;

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
    told = tracking.liveSession(boot.key);
    return told && told === kept.session ? [] : again();
  }
  const foreign = boot.origin === "shared";
  const change = foreign ? begin(boot.configuration, boot, "shared_link") : defaults(start, boot);
  house = change.house;
  copyOf = foreign ? boot.sharedId : null;
  if (boot.origin !== "address") return change.choices;
  return change.choices.concat(fromAddress());
}

/** A session that begins with a house from an earlier one: what it has to know of it. */
function again(): Choice[] {
  const change = resume(house, boot);
  house = change.house;
  return change.choices;
}

/** The house to change. After half an hour without a deed that is another session's. */
function current(): House {
  if (told && told !== tracking.liveSession(boot.key)) untold.push(...again());
  return house;
}

function tell(choices: Choice[]): void {
  tracking.trackChoices([...untold, ...choices], boot.table.version);
  untold = [];
  told = tracking.liveSession(boot.key);
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
    tell(choices);
    keep();
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
  current();
  tell([]);
  tracking.trackSnapshot(house, total, boot.table.version, trigger, status);
}

function keep(): void {
  save({ ...house, copyOf, shared, session: told });
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
  render(<Tools boot={boot} saved={saved} note={noteOf(waiting())} printHref={printHref()} onShare={share} onInquiry={openInquiry} onImages={() => dialog(<Lightbox boot={boot} view={house.view} onClose={() => dialog()} />)} />, root("tools"));
}

/** What there is to say of an inquiry while its form is closed. */
function noteOf(held: Waiting | null): "inquiry_waits" | "inquiry_stuck" | "inquiry_sent" | null {
  if (held) return held.refused ? "inquiry_stuck" : "inquiry_waits";
  return arrived ? "inquiry_sent" : null;
}

function paintPicture(): void {
  show(svg, house.configuration, house.view, boot);
  void complete(svg, boot.scenes).then((all) => all && show(svg, house.configuration, house.view, boot));
  svg.setAttribute("aria-label", caption(boot, house.configuration, house.view));
}

const deeds = {
  pick(event: Event, category: Category, value: string) {
    event.preventDefault();
    apply(pick(current(), category, value, boot), event);
  },
  remove(event: Event, category: Category) {
    event.preventDefault();
    apply(remove(current(), category, boot), event);
  },
  amount(event: Event, category: Counted, amount: number, done: boolean) {
    event.preventDefault();
    if (done) return apply(setQuantity(current(), category, amount, boot), event);
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
    apply(reset(current(), start, boot), click);
    scrollTo({ top: 0 });
  };
  dialog(<ResetDialog boot={boot} onClose={() => dialog()} onReset={onReset} />);
}

function build(): void {
  snapshot("order_attempt", "in_cart");
  openInquiry();
}

function openInquiry(): void {
  asking = { sent: false, draft: null };
  paintInquiry();
}

function paintInquiry(): void {
  paintTools();
  if (!asking) return;
  const held = waiting();
  const open = REQUIRED.filter((category) => !chosen(house.configuration, category));
  dialog(
    <InquiryDialog
      boot={boot}
      configuration={house.configuration}
      total={total}
      open={open.map((category) => boot.sections.find((one) => one.category === category)!.title)}
      sessionId={tracking.sessionId(boot.key)}
      place={asking.sent ? "sent" : held && (held.refused ? "refused" : "kept")}
      draft={asking.draft}
      onClose={closeInquiry}
      onSend={inquire}
      onSendNow={sendWaiting}
      onDiscard={() => {
        asking = { sent: false, draft: waiting()?.inquiry ?? null };
        discard();
        paintInquiry();
      }}
    />,
  );
}

function closeInquiry(): void {
  asking = null;
  dialog();
}

async function inquire(inquiry: server.Inquiry): Promise<void> {
  try {
    inquired(await server.inquire(inquiry));
  } catch (error) {
    if (!(error instanceof server.Away) || !hold(inquiry)) throw error;
    paintInquiry();
    setTimeout(sendWaiting, FIRST_PAUSE);
  }
}

function inquired({ conversionStatus }: server.Taken): void {
  arrived = true;
  if (asking) asking = { sent: true, draft: null };
  paintInquiry();
  snapshot("manual", conversionStatus);
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
const resumed = choices.some(({ source }) => source === "restored");
const sendWaiting = sendLater({ sessionId: () => tracking.sessionId(boot.key), sent: inquired, changed: paintInquiry });
paint();
paintPicture();
tell(choices);
keep();
if (resumed) snapshot("auto_save");
tracking.watchSections(document);
checkSoon();
// By then the tracker is there, and it has a session, if there is to be one.
addEventListener("load", () => {
  told = tracking.liveSession(boot.key);
  keep();
  void sendWaiting();
  void standBy(boot.worker);
});
// Before the tracker sends what it has: what has not been told yet goes with it.
addEventListener("pagehide", () => autoSave && snapshot("page_exit"), { capture: true });
addEventListener("visibilitychange", () => document.hidden && autoSave && snapshot("page_exit"), { capture: true });
if (boot.development) developerTools(() => ({ house, total, boot }));
document.documentElement.dataset["ready"] = "yes";
