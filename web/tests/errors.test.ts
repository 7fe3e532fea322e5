import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { frames } from "../src/tracker/errors.ts";
import { Browser, pass, START } from "./page.ts";

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

const messages = () => browser.issues.map((one) => one.message);
const stored = () => Object.keys(browser.storage).filter((name) => name.includes(":issue:"));

function thrown(message: string, stack = ""): Error {
  return Object.assign(new TypeError(message), { stack });
}

test("a captured error is an occurrence of the session, with what the page says of it", async () => {
  const page = browser.open("https://shop.test/houses#top", { release: "1.4.0", environment: "test" });
  const stack = "TypeError: no price\n    at total (https://shop.test/main-3f2a9b1c.js:12:34)";
  page.api.captureError(thrown("no price", stack), { level: "warning", tags: ["list 7", 8], context: { a: 1 } });
  await pass(2000);
  const [{ occurrenceId, by, request, ...one }] = browser.issues as any;
  assert.match(occurrenceId, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.deepEqual(request, { key: "tp_test", sentAt: START + 2000 });
  assert.equal(by, "fetch");
  assert.deepEqual(one, {
    sessionId: browser.sent[0]!.session.id,
    occurredAt: START,
    level: "warning",
    type: "TypeError",
    message: "no price",
    stack: [{ function: "total", file: "https://shop.test/main-3f2a9b1c.js", line: 12, column: 34 }],
    url: "https://shop.test/houses",
    release: "1.4.0",
    environment: "test",
    tags: ["list 7", "8"],
    context: { a: 1 },
  });
});

test("stacks are read as browsers write them", () => {
  const chrome = `Error: at 1:2
    at new House (https://a.test/b.js:1:2)
    at async Promise.all (index 0)
    at https://a.test/c.js:33:4
    at Array.map (<anonymous>)`;
  assert.deepEqual(frames(chrome), [
    { function: "new House", file: "https://a.test/b.js", line: 1, column: 2 },
    { file: "https://a.test/c.js", line: 33, column: 4 },
  ]);
  const firefox = "total@https://a.test/b.js:1:2\n@https://a.test/c.js:3:4\nglobal code@https://a.test/:5:6\n";
  assert.deepEqual(frames(firefox).map((f) => [f.function, f.line]), [["total", 1], [undefined, 3], ["global code", 5]]);
  assert.equal(frames("at f (x.js:1:2)\n".repeat(200)).length, 50);
});

test("what nobody caught is captured where the page asks for it", async () => {
  const deaf = browser.open();
  deaf.win.fire("error", { message: "boom", error: thrown("boom"), lineno: 1 });
  await pass(2000);
  assert.deepEqual(browser.issues, []);
  const page = browser.open("https://shop.test/", { errors: "on" });
  page.win.fire("error", { message: "Uncaught boom", error: thrown("boom"), lineno: 1 });
  page.win.fire("error", { message: "no error", filename: "https://a.test/b.js", lineno: 3, colno: 4 });
  page.win.fire("unhandledrejection", { reason: thrown("rejected") });
  page.win.fire("unhandledrejection", { reason: undefined });
  // An image that is missing, a script of another origin: there is nothing to be learned.
  page.win.fire("error", { target: {} });
  page.win.fire("error", { message: "Script error.", lineno: 0 });
  await pass(2000);
  assert.deepEqual(messages(), ["boom", "no error", "rejected", "a promise was rejected without a reason"]);
  assert.deepEqual(browser.issues[1]!.stack, [{ file: "https://a.test/b.js", line: 3, column: 4 }]);
});

test("an error is told once a page, and ten errors at most", async () => {
  const page = browser.open();
  for (let n = 0; n < 30; n++) {
    page.api.captureError(thrown("again"));
    page.api.captureError(thrown(`number ${n}`));
  }
  await pass(2000);
  assert.deepEqual(messages(), ["again", ...Array.from({ length: 9 }, (_, n) => `number ${n}`)]);
  browser.open().api.captureError(thrown("again"));
  await pass(2000);
  assert.equal(browser.issues.length, 11);
});

test("while the server is away errors wait, also for the next page, and travel once", async () => {
  browser.answer = "away";
  const page = browser.open();
  page.api.captureError(thrown("offline"));
  await pass(10_000);
  assert.equal(stored().length, 1);
  page.leave();
  browser.answer = { status: 202 };
  browser.open("https://shop.test/", { errors: "on" });
  await pass(10_000);
  assert.deepEqual(messages(), ["offline"]);
  assert.deepEqual(stored(), []);
});

test("a page that is left sends its errors in a beacon", async () => {
  const page = browser.open();
  page.api.captureError(thrown("last words"));
  page.leave();
  await pass(10_000);
  assert.deepEqual(browser.issues.map((one) => [one.message, one.by]), [["last words", "beacon"]]);
});

test("without consent nothing is captured, and its end drops what waits", async () => {
  const asking = browser.open("https://shop.test/", { consent: "required", errors: "on" });
  asking.api.captureError(thrown("before"));
  asking.api.consent("granted");
  asking.api.captureError(thrown("granted"));
  await pass(2000);
  asking.api.captureError(thrown("in the queue"));
  asking.api.consent("denied");
  asking.api.captureError(thrown("after"));
  await pass(10_000);
  asking.leave();
  assert.deepEqual(messages(), ["granted"]);
  const refused = browser.open("https://shop.test/", { dnt: "honour" }, (p) => (p.win.navigator.doNotTrack = "1"));
  refused.api.captureError(thrown("untold"));
  await pass(2000);
  assert.deepEqual(messages(), ["granted"]);
  assert.deepEqual(browser.storage, {});
});

test("whatever is captured, the page never notices", async () => {
  const page = browser.open();
  const circle: any = { message: 7 };
  circle.self = circle;
  const hostile = [null, 0, "", "text", {}, circle, Symbol("s"), 10n, { message: "m", get stack(): string { throw new Error(); } }];
  for (const one of hostile) page.api.captureError(one);
  page.api.captureError(thrown("x"), { tags: "none" as any, context: circle });
  page.api.captureError(thrown("m".repeat(9000)), { context: { much: "x".repeat(9000) } });
  await pass(2000);
  assert.deepEqual(messages(), ["null", "0", "", "text", "{}", "m".repeat(4000)]);
  assert.equal(browser.issues.at(-1)!.context, undefined);
});
