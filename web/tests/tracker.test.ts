import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { uuid7 } from "../src/tracker/ids.ts";
import { Browser, FakeElement, FakeObserver, pass, START } from "./page.ts";

let browser: Browser;

beforeEach(() => {
  mock.timers.enable({ apis: ["Date", "setTimeout"], now: START });
  mock.method(Math, "random", () => 0);
  browser = new Browser();
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

const ids = (events: Record<string, any>[]) => events.map((event) => event.id);
const stored = () => Object.keys(browser.storage).filter((name) => name.includes(":batch:"));

function distinct(events: Record<string, any>[]): void {
  assert.equal(new Set(ids(events)).size, events.length, "an event was sent twice");
}

test("an id is a version 7 UUID of its time, and ids of one moment sort as they were made", () => {
  const made = [uuid7(START), uuid7(START), uuid7(START), uuid7(START + 1)];
  for (const id of made) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(parseInt(made[0]!.replace("-", "").slice(0, 12), 16), START);
  assert.deepEqual([...made].sort(), made);
});

test("a page begins a session and is viewed", async () => {
  browser.open("https://shop.test/houses?utm_source=mail&utm_campaign=may#top");
  await pass(2000);
  const [{ key, sentAt, session, events }] = browser.sent as any;
  assert.equal(key, "tp_test");
  assert.equal(sentAt, START + 2000);
  const { id, ...rest } = session;
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(rest, {
    landingPage: "https://shop.test/houses?utm_source=mail&utm_campaign=may",
    referrer: "https://search.test/",
    utm: { source: "mail", campaign: "may" },
    viewport: { width: 1280, height: 800 },
    language: "de-AT",
    webdriver: false,
  });
  assert.deepEqual(events.map((e: any) => [e.type, e.at, e.url]), [
    ["session_start", START, undefined],
    ["page_view", START, "https://shop.test/houses?utm_source=mail&utm_campaign=may"],
  ]);
});

test("a referrer within the site is none", async () => {
  browser.open("https://shop.test/", {}, (page) => (page.document.referrer = "https://shop.test/before"));
  await pass(2000);
  assert.equal("referrer" in browser.sent[0]!.session, false);
});

test("the history API makes page views, a state without a new address does not", async () => {
  const page = browser.open();
  page.go("/a");
  page.go("/a");
  page.go("/a#part");
  page.win.history.replaceState(null, "", "/b");
  page.win.location = new URL("https://shop.test/a");
  page.win.fire("popstate");
  await pass(2000);
  assert.deepEqual(
    browser.of("page_view").map((e) => new URL(e.url).pathname),
    ["/houses", "/a", "/b", "/a"],
  );
});

test("data-spa says whether the history counts, and the fragment", async () => {
  const still = browser.open("https://shop.test/", { spa: "off" });
  still.go("/a");
  const routed = browser.open("https://shop.test/#/one", { spa: "hash" });
  routed.go("#/two");
  await pass(2000);
  assert.deepEqual(
    browser.of("page_view").map((e) => e.url),
    ["https://shop.test/", "https://shop.test/#/one", "https://shop.test/#/two"],
  );
});

test("time spent is the time in sight", async () => {
  const page = browser.open("https://shop.test/a");
  await pass(3000);
  page.hide();
  await pass(60_000);
  page.show();
  await pass(1000);
  page.go("/b");
  await pass(2000);
  const left = browser.of("interaction").map((e) => [e.category, e.value, e.element, e.timeSpent]);
  assert.deepEqual(left, [
    ["page", "left", "https://shop.test/a", 3000],
    ["page", "left", "https://shop.test/a", 1000],
  ]);
});

test("a page that comes back from the history, whole, is viewed again", async () => {
  const page = browser.open("https://shop.test/a");
  page.hide();
  page.document.hidden = false;
  page.win.fire("pageshow", { persisted: true });
  await pass(2000);
  assert.equal(browser.of("page_view").length, 2);
});

test("each depth of a page is told once, and again for the next page", async () => {
  const page = browser.open();
  for (const y of [0, 300, 1300, 900, 3200, 3200]) {
    page.win.scrollY = y;
    page.win.fire("scroll");
    await pass(300);
  }
  page.go("/next");
  page.win.scrollY = 400;
  page.win.fire("scroll");
  await pass(3000);
  const depths = browser.events.filter((e) => e.event === "scroll").map((e) => [e.element, e.value]);
  const here = "https://shop.test/houses?x=1";
  assert.deepEqual(depths, [[here, "25"], [here, "50"], [here, "75"], [here, "100"], ["https://shop.test/next", "25"]]);
});

test("a click on a marked part is a click, with a value it is a selection", async () => {
  const page = browser.open();
  const section = new FakeElement("section", { "data-tp-category": "fenster" });
  const option = new FakeElement("button", { "data-tp-value": "pvc", "data-tp-element": "card" }, section);
  page.fire("click", new FakeElement("span", {}, option));
  page.fire("click", new FakeElement("button", { id: "more", "data-tp-element": "" }, section));
  page.fire("click", new FakeElement("button", { "data-tp-value": "x" }));
  page.fire("click", new FakeElement("p"));
  page.document.fire("click", { target: {} });
  await pass(2000);
  assert.deepEqual(
    browser.of("interaction").map((e) => [e.event, e.category, e.element, e.value]),
    [["selection", "fenster", "card", "pvc"], ["click", "fenster", "more", undefined]],
  );
});

test("a form field is told by its change; what is typed is never read", async () => {
  const page = browser.open();
  const form = new FakeElement("form", { "data-tp-category": "form" });
  const change = (tag: string, type: string, value: string, more: object = {}, attributes = {}) => {
    const field = new FakeElement(tag, { id: type, ...attributes }, form, { type, value, ...more });
    page.fire("click", field);
    page.fire("change", field);
  };
  change("select", "select-one", "oak");
  change("input", "radio", "big");
  change("input", "checkbox", "pv", { checked: true });
  change("input", "checkbox", "pv", { checked: false });
  change("input", "range", "12");
  for (const type of ["text", "password", "email", "tel", "number", "search", "date", "file", "hidden"]) {
    change("input", type, "secret");
  }
  change("textarea", "textarea", "secret");
  change("input", "number", "8", {}, { "data-tp-value": "panels" });
  const control = new FakeElement("input", {}, undefined, { type: "radio" });
  page.fire("click", new FakeElement("label", {}, form, { control }));
  page.fire("click", new FakeElement("input", { "data-tp-element": "go" }, form, { type: "submit", value: "Go" }));
  await pass(2000);
  const told = browser.of("interaction").map((e) => [e.event, e.element, e.value, e.previous]);
  assert.deepEqual(told.slice(0, 5), [
    ["selection", "select-one", "oak", undefined],
    ["selection", "radio", "big", undefined],
    ["selection", "checkbox", "pv", undefined],
    ["selection", "checkbox", undefined, "pv"],
    ["input", "range", "12", undefined],
  ]);
  assert.deepEqual(told.slice(-2), [["input", "number", "panels", undefined], ["click", "go", undefined, undefined]]);
  assert.equal(told.length, 17);
  assert.equal(JSON.stringify(browser.sent).includes("secret"), false);
});

test("hovering counts from half a second on, by a mouse only", async () => {
  const page = browser.open();
  const part = new FakeElement("div", { "data-tp-category": "nest", "data-tp-value": "nest80" });
  const other = new FakeElement("div");
  const over = (target: FakeElement, pointerType = "mouse") => page.fire("pointerover", target, { pointerType });
  over(part);
  await pass(400);
  over(other);
  over(part);
  await pass(300);
  over(new FakeElement("i", {}, part));
  await pass(300);
  page.fire("pointerout", part, { relatedTarget: null });
  over(part, "touch");
  await pass(900);
  over(other, "touch");
  await pass(2000);
  assert.deepEqual(
    browser.of("interaction").map((e) => [e.event, e.category, e.value, e.timeSpent]),
    [["hover", "nest", "nest80", 600]],
  );
});

test("data-hover=off tells of no hovering", async () => {
  const page = browser.open(undefined, { hover: "off" });
  assert.equal(page.document.listeners.some(([name]) => name === "pointerover"), false);
});

test("the page's own calls become events", async () => {
  const { api } = browser.open();
  api.track("cta", { element: "hero", value: "x" });
  api.choice({ category: "nest", from: "nest80", to: "nest100", priceAfter: 189100 });
  api.snapshot({ configuration: { nest: "nest100" }, totalPrice: 189100, trigger: "auto_save" });
  api.timing("price_calc_time", 3.5, { unit: "ms", endpoint: "/price" });
  api.identify("u-1");
  await pass(2000);
  const made = browser.events.slice(2).map(({ id: _, at: __, ...event }) => event);
  assert.deepEqual(made, [
    { type: "interaction", event: "custom", category: "cta", element: "hero", value: "x" },
    { type: "choice", source: "user", category: "nest", from: "nest80", to: "nest100", priceAfter: 189100 },
    { type: "snapshot", trigger: "auto_save", configuration: { nest: "nest100" }, totalPrice: 189100 },
    { type: "timing", metric: "price_calc_time", value: 3.5, unit: "ms", endpoint: "/price" },
    { type: "identify", user: "u-1" },
  ]);
});

test("an event is what it was when it was made", async () => {
  const { api } = browser.open();
  await pass(500);
  const configuration = { nest: "nest80" };
  api.snapshot({ configuration });
  configuration.nest = "changed";
  await pass(2000);
  const [snapshot] = browser.of("snapshot");
  assert.equal(snapshot!.configuration.nest, "nest80");
  assert.equal(snapshot!.at, START + 500);
});

test("the page may give an event an id and a time of its own, but no other type", async () => {
  browser.open().api.track("order", { id: "order-7", at: START - 5000, type: "choice" });
  await pass(2000);
  const { id, at, type } = browser.events.at(-1)!;
  assert.deepEqual([id, at, type], ["order-7", START - 5000, "interaction"]);
});

test("calls made before the tracker is there are kept", async () => {
  const page = browser.open(undefined, {}, (page) => {
    page.stub = { q: [["choice", { category: "nest", to: "nest80", at: START - 700 }]] };
  });
  (page.stub as any).q.push(["track", "late"]);
  (page.stub as any).track("direct");
  await pass(2000);
  assert.equal(browser.of("choice")[0]!.at, START - 700);
  assert.deepEqual(browser.of("interaction").map((e) => e.category), ["late", "direct"]);
});

test("events go out every two seconds, or twenty at a time", async () => {
  const { api } = browser.open(undefined, { flush: "5000" });
  await pass(4000);
  assert.equal(browser.sent.length, 0);
  await pass(1000);
  assert.equal(browser.sent.length, 1);
  for (let i = 0; i < 45; i++) api.track("c", { value: i });
  await pass(0);
  assert.equal(browser.sent[1]!.events.length, 20);
  await pass(15_000);
  assert.deepEqual(browser.of("interaction").map((e) => e.value), Array.from({ length: 45 }, (_, i) => i));
  distinct(browser.events);
});

for (const answer of ["away", { status: 503 }, { status: 408 }, { status: 429 }] as const) {
  test(`nothing is lost or sent twice when the server says ${JSON.stringify(answer)} for a while`, async () => {
    const { api } = browser.open();
    browser.answer = answer;
    await pass(2000);
    for (let i = 0; i < 30; i++) api.track("c", { value: i });
    await pass(20_000);
    browser.answer = { status: 202 };
    await pass(60_000);
    assert.equal(browser.of("interaction").length, 30);
    assert.equal(browser.of("page_view").length, 1);
    distinct(browser.events);
    assert.deepEqual(stored(), []);
  });
}

test("tries become rarer, and the server's Retry-After comes first", async () => {
  const tries: number[] = [];
  const page = browser.open(undefined, {}, (page) => {
    const { fetch } = page.win;
    page.win.fetch = (...args: unknown[]) => (tries.push(Date.now() - START), fetch(...args));
  });
  browser.answer = { status: 503 };
  await pass(32_000);
  const gaps = tries.slice(1).map((at, i) => Math.round((at - tries[i]!) / 1000));
  assert.deepEqual(gaps, [2, 4, 8, 16]);
  browser.answer = { status: 429, headers: { "retry-after": "90" } };
  await pass(35_000);
  const asked = tries.at(-1)!;
  page.api.track("more");
  browser.answer = { status: 202 };
  await pass(80_000);
  assert.equal(tries.at(-1), asked);
  await pass(20_000);
  assert.equal(browser.of("interaction").length, 1);
});

test("a batch that the server refuses is dropped, with its word", async () => {
  const debug = mock.method(console, "debug", () => {});
  browser.answer = { status: 401, body: "unknown key" };
  const { api } = browser.open();
  await pass(2000);
  browser.answer = { status: 202 };
  api.track("c");
  await pass(4000);
  assert.equal(debug.mock.calls[0]!.arguments[0], "unknown key");
  assert.deepEqual(browser.events.map((e) => e.type), ["interaction"]);
});

test("a batch of which some events were refused is not sent again", async () => {
  browser.answer = { status: 202, body: '{"accepted":1,"rejected":[{"index":0,"reason":"no"}]}' };
  browser.open();
  await pass(30_000);
  assert.equal(browser.sent.length, 1);
});

test("what failed is sent by the next page, once, also when a beacon was accepted on leaving", async () => {
  browser.answer = { status: 503 };
  const first = browser.open("https://shop.test/1");
  await pass(2100);
  assert.equal(stored().length, 1);
  first.api.track("waits");
  first.leave();
  assert.equal(browser.sent.length, 0, "the server is in doubt, so no beacon");
  browser.answer = { status: 202 };
  const second = browser.open("https://shop.test/2");
  await pass(10_000);
  second.leave();
  const third = browser.open("https://shop.test/3");
  third.api.track("healthy");
  third.leave();
  browser.open("https://shop.test/4");
  await pass(10_000);
  assert.deepEqual(browser.of("page_view").map((e) => new URL(e.url).pathname).sort(), ["/1", "/2", "/3", "/4"]);
  assert.deepEqual(browser.of("interaction").map((e) => e.category).filter((c) => c !== "page").sort(), ["healthy", "waits"]);
  assert.ok(browser.sent.some((one) => one.by === "beacon"));
  distinct(browser.events);
  assert.deepEqual(stored(), []);
});

test("a retry that is under way when the page is left is sent again by the next", async () => {
  browser.answer = { status: 503 };
  const first = browser.open();
  await pass(2000);
  browser.answer = "never";
  await pass(3000);
  assert.equal(stored().length, 0, "it is in flight");
  first.leave();
  assert.equal(stored().length > 0, true);
  browser.answer = { status: 202 };
  browser.open();
  await pass(10_000);
  assert.equal(browser.of("session_start").length, 1);
  distinct(browser.events);
});

test("two tabs never send the same stored batch, and lose none", async () => {
  browser.answer = "away";
  const pages = [browser.open("https://shop.test/1"), browser.open("https://shop.test/2")];
  await pass(2100);
  pages.forEach((page, i) => page.api.track(`tab ${i}`));
  await pass(7000);
  browser.answer = { status: 202 };
  await pass(60_000);
  assert.equal(browser.of("page_view").length, 2);
  assert.equal(browser.of("interaction").length, 2);
  distinct(browser.events);
});

test("a hidden page hands its events over in beacons under 64 KiB", async () => {
  const page = browser.open();
  for (let i = 0; i < 12; i++) page.api.snapshot({ configuration: { text: "ä".repeat(8000) } });
  page.hide();
  assert.ok(browser.sent.every((one) => one.by === "beacon" && one.size < 65_536));
  assert.ok(browser.sent.length > 3);
  assert.equal(browser.of("snapshot").length, 12);
  page.win.fire("pagehide");
  distinct(browser.events);
});

test("a beacon that the browser refuses goes by a request that outlives the page", async () => {
  browser.beacons = false;
  const page = browser.open();
  page.hide();
  await pass(0);
  assert.deepEqual(browser.sent.map((one) => [one.by, one.keepalive]), [["fetch", true]]);
});

test("an event too large for any beacon is left out, and nothing with it", async () => {
  const { api } = browser.open();
  api.snapshot({ configuration: { text: "x".repeat(60_000) } });
  api.track("small");
  await pass(2000);
  assert.deepEqual(browser.events.map((e) => e.type), ["session_start", "page_view", "interaction"]);
});

test("what is stored stays under half a million characters; the oldest is kept", async () => {
  browser.answer = "away";
  const { api } = browser.open();
  await pass(2100);
  for (let i = 0; i < 100; i++) api.snapshot({ configuration: { i, text: "x".repeat(10_000) } });
  const size = Object.values(browser.storage).join("").length;
  assert.ok(size > 400_000 && size < 500_000, `${size}`);
  browser.answer = { status: 202 };
  await pass(60_000);
  assert.equal(browser.of("page_view").length, 1);
  assert.equal(browser.of("snapshot")[0]!.configuration.i, 0);
});

test("tabs share a session, which ends after 30 minutes without an event", async () => {
  const one = browser.open("https://shop.test/1");
  const two = browser.open("https://shop.test/2");
  await pass(2100);
  mock.timers.setTime(START + 29 * 60_000);
  two.api.track("a");
  mock.timers.setTime(START + 58 * 60_000);
  one.api.track("b");
  mock.timers.setTime(START + 89 * 60_000);
  two.api.track("c");
  await pass(4000);
  const session = (category: string) => browser.sent.find((s) => s.events.some((e) => e.category === category))!.session.id;
  assert.equal(session("a"), session("b"));
  assert.notEqual(session("b"), session("c"));
  assert.equal(browser.of("session_start").length, 2);
});

test("events of the session before keep their session", async () => {
  browser.answer = "away";
  const { api } = browser.open();
  await pass(2100);
  api.track("before");
  mock.timers.setTime(START + 40 * 60_000);
  api.track("after");
  browser.answer = { status: 202 };
  await pass(60_000);
  const session = (category: string) => browser.sent.find((s) => s.events.some((e) => e.category === category))!.session.id;
  assert.notEqual(session("before"), session("after"));
  assert.equal(browser.of("interaction").length, 2);
});

test("without storage the tracker remembers for its page", async () => {
  const page = browser.open(undefined, {}, ({ win }) => {
    Object.defineProperty(win, "localStorage", { get: () => { throw new Error("SecurityError"); } });
  });
  browser.answer = "away";
  await pass(2100);
  page.api.track("c");
  browser.answer = { status: 202 };
  await pass(10_000);
  assert.equal(browser.of("session_start").length, 1);
  assert.equal(browser.of("interaction").length, 1);
  distinct(browser.events);
});

test("a full storage costs no session and no event", async () => {
  const full = new Proxy(browser.storage, { set: () => { throw new Error("QuotaExceededError"); } });
  const page = browser.open(undefined, {}, ({ win }) => (win.localStorage = full));
  browser.answer = "away";
  await pass(2100);
  page.api.track("c");
  browser.answer = { status: 202 };
  await pass(10_000);
  assert.equal(browser.of("session_start").length, 1);
  assert.equal(browser.events.length, 3);
});

test("where consent is required nothing is stored or sent before it is given", async () => {
  const page = browser.open(undefined, { consent: "required" });
  page.api.track("before");
  page.fire("click", new FakeElement("b", { "data-tp-category": "c" }));
  await pass(10_000);
  page.hide();
  page.show();
  assert.deepEqual([browser.sent, browser.storage], [[], {}]);
  await pass(3000);
  page.api.consent("granted");
  page.api.track("after");
  await pass(4000);
  assert.deepEqual(browser.events.map((e) => e.type), ["session_start", "page_view", "consent", "interaction"]);
  assert.equal(browser.of("consent")[0]!.state, "granted");
  assert.match(browser.sent[0]!.session.visitorId, /^[0-9a-f-]{36}$/);
  const next = browser.open(undefined, { consent: "required" });
  next.api.consent("granted");
  await pass(4000);
  assert.equal(browser.of("consent").length, 1, "an answer that is known is not told again");
  assert.equal(browser.of("page_view").length, 2);
});

test("a refusal leaves nothing behind", async () => {
  browser.answer = "away";
  const page = browser.open(undefined, { consent: "required" });
  page.api.consent("granted");
  await pass(2100);
  page.api.track("c");
  page.api.consent("denied");
  assert.deepEqual(browser.storage, {});
  browser.answer = { status: 202 };
  page.api.track("d");
  await pass(60_000);
  page.leave();
  assert.deepEqual([browser.sent, browser.storage], [[], {}]);
});

test("a refusal that was not asked for is remembered", async () => {
  browser.open().api.consent("denied");
  browser.open();
  await pass(10_000);
  assert.deepEqual(browser.sent, []);
  assert.deepEqual(Object.values(browser.storage), ["denied"]);
});

for (const signal of [{ doNotTrack: "1" }, { globalPrivacyControl: true }]) {
  test(`data-dnt=honour honours ${JSON.stringify(signal)}, and only then`, async () => {
    const set = ({ win }: { win: any }) => void Object.assign(win.navigator, signal);
    const page = browser.open(undefined, { dnt: "honour" }, set);
    page.api.track("c");
    page.api.consent("granted");
    await pass(4000);
    page.leave();
    assert.deepEqual([browser.sent, browser.storage], [[], {}]);
    browser.open(undefined, {}, set);
    await pass(4000);
    assert.equal(browser.sent.length, 1);
  });
}

test("nothing ever throws into the page", async () => {
  const page = browser.open(undefined, {}, ({ win, document }) => {
    for (const broken of ["fetch", "setTimeout"]) win[broken] = () => { throw new Error(broken); };
    win.navigator.sendBeacon = () => { throw new Error("beacon"); };
    Object.defineProperty(document, "referrer", { get: () => { throw new Error("referrer"); } });
    delete win.PerformanceObserver;
  });
  const circular: any = {};
  circular.self = circular;
  const api = page.api as any;
  api.track("c", circular);
  api.snapshot(undefined);
  api.timing();
  api.consent();
  (page.stub as any).q.push(null);
  (page.stub as any).q.push(["nothing"]);
  page.go("/x");
  page.win.fire("scroll");
  page.document.fire("click", { target: null });
  page.leave();
  await pass(5000);
});

test("history calls keep their arguments, their errors and their page's order", () => {
  const page = browser.open(undefined, {}, ({ win }) => {
    win.history.pushState = () => { throw new Error("the page's own"); };
  });
  assert.throws(() => page.go("/x"), /the page's own/);
});

test("listeners never hold the page up", () => {
  const page = browser.open();
  const all = [...page.document.listeners, ...page.win.listeners];
  assert.ok(all.length > 5);
  for (const [name, , options] of all) assert.equal(options.passive, true, name);
});

test("vitals are told once, when the page is first hidden, by their definitions", async () => {
  const page = browser.open("https://shop.test/a");
  page.win.performance.interactionCount = 120;
  FakeObserver.tell("largest-contentful-paint", { startTime: 800 }, { startTime: 1234.5 });
  const shift = (startTime: number, value: number, hadRecentInput = false) => ({ startTime, value, hadRecentInput });
  FakeObserver.tell(
    "layout-shift",
    shift(100, 0.05), shift(900, 0.05), // a window of 0.1
    shift(3000, 0.02), shift(3900, 0.5, true), shift(4800, 0.01), // a gap of 1.8 s: two windows
    shift(10_000, 0.03), shift(10_900, 0.03), shift(11_800, 0.03), shift(12_700, 0.03), shift(13_600, 0.03),
    shift(14_500, 0.03), shift(15_400, 0.03), // 5 s are over: 6 shifts in the window before
  );
  const slow = (interactionId: number, duration: number) => ({ interactionId, duration });
  FakeObserver.tell("event", slow(0, 9000), slow(7, 400), slow(7, 480), slow(14, 320), slow(21, 240), slow(28, 160));
  FakeObserver.all.find((one) => one.type === "event")!.waiting.push(slow(35, 360));
  page.hide();
  FakeObserver.tell("event", slow(42, 5000));
  page.show();
  page.hide();
  const told = Object.fromEntries(browser.of("timing").map((e) => [e.metric, [e.value, e.unit, e.endpoint]]));
  assert.deepEqual(told, {
    lcp: [1234.5, "ms", "/a"],
    cls: [0.18, "", "/a"],
    inp: [320, "ms", "/a"], // 120 interactions: the two longest are left out
    ttfb: [123.4568, "ms", "/a"],
  });
  assert.equal(browser.of("timing").length, 4);
});

test("a page that moved nothing has a layout shift of 0; without interaction there is no INP", async () => {
  browser.open().hide();
  const told = Object.fromEntries(browser.of("timing").map((e) => [e.metric, e.value]));
  assert.deepEqual(told, { cls: 0, ttfb: 123.4568 });
});

test("a page opened out of sight has no paint to measure, and a prerendered one begins when it is shown", async () => {
  browser.open(undefined, {}, ({ document }) => void (document.hidden = true));
  FakeObserver.tell("largest-contentful-paint", { startTime: 800 });
  const shown = browser.open(undefined, {}, ({ win }) => {
    win.performance.getEntriesByType = () => [{ responseStart: 50, activationStart: 600 }];
  });
  FakeObserver.tell("largest-contentful-paint", { startTime: 800 });
  shown.hide();
  const told = browser.of("timing").map((e) => [e.metric, e.value]);
  assert.deepEqual(Object.fromEntries(told), { lcp: 200, cls: 0, ttfb: 0 });
});

test("data-vitals=off tells of none", async () => {
  browser.open(undefined, { vitals: "off" }).hide();
  assert.deepEqual(browser.of("timing"), []);
});
