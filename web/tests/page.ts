// A page to run the tracker in: no DOM but what the tracker touches, a clock that the test moves,
// and a server whose answers the test gives.
import { mock } from "node:test";
import { createErrors } from "../src/tracker/errors.ts";
import { type Api, type Capture, createTracker, type Options, type Stub } from "../src/tracker/tracker.ts";

export const START = Date.UTC(2026, 10, 20, 12);

const ISSUES = "https://stats.test/api/issues";

export interface Sent {
  by: "fetch" | "beacon";
  keepalive: boolean;
  sentAt: number;
  key: string;
  session: Record<string, any>;
  events: Record<string, any>[];
  size: number;
}

type Answer = { status: number; headers?: Record<string, string>; body?: string } | "away" | "never";

/** All pages of one browser share its storage and the server. */
export class Browser {
  storage: Record<string, string> = {};
  sent: Sent[] = [];
  /** Occurrences that the server took, and by what. */
  issues: Record<string, any>[] = [];
  answer: Answer = { status: 202 };
  beacons = true;

  /** Every event that the server took. */
  get events(): Record<string, any>[] {
    return this.sent.flatMap((one) => one.events);
  }

  of(type: string): Record<string, any>[] {
    return this.events.filter((event) => event.type === type);
  }

  take(by: Sent["by"], body: string, keepalive: boolean, url: string): void {
    if (url === ISSUES) {
      const { occurrences, ...request } = JSON.parse(body);
      this.issues.push(...occurrences.map((one: object) => ({ ...one, by, request })));
      return;
    }
    this.sent.push({ by, keepalive, size: new TextEncoder().encode(body).length, ...JSON.parse(body) });
  }

  open(url = "https://shop.test/houses?x=1#top", options: Options = {}, change: (page: Page) => void = () => {}): Page {
    return new Page(this, url, options, change);
  }
}

export class FakeElement {
  attributes: Record<string, string>;
  parent: FakeElement | undefined;
  tag: string;
  [field: string]: any;

  constructor(tag: string, attributes: Record<string, string> = {}, parent?: FakeElement, fields: object = {}) {
    this.tag = tag;
    this.attributes = attributes;
    this.parent = parent;
    Object.assign(this, fields);
  }

  get id(): string {
    return this.attributes.id ?? "";
  }

  getAttribute(name: string): string | null {
    return this.attributes[name] ?? null;
  }

  closest(selector: string): FakeElement | null {
    const fits = selector.split(",").some((one) => (one[0] === "[" ? one.slice(1, -1) in this.attributes : one === this.tag));
    return fits ? this : (this.parent?.closest(selector) ?? null);
  }
}

class Target {
  listeners: [string, (event: any) => void, any][] = [];

  addEventListener(name: string, call: (event: any) => void, options: any): void {
    this.listeners.push([name, call, options]);
  }

  fire(name: string, event: object = {}): void {
    for (const [wanted, call] of this.listeners) if (wanted === name) call({ type: name, ...event });
  }
}

export class FakeObserver {
  static supportedEntryTypes = ["event", "first-input", "largest-contentful-paint", "layout-shift", "navigation"];
  static all: FakeObserver[] = [];
  type = "";
  waiting: object[] = [];
  connected = true;
  call: (list: { getEntries(): object[] }) => void;

  constructor(call: FakeObserver["call"]) {
    this.call = call;
  }

  observe({ type }: { type: string }): void {
    this.type = type;
    FakeObserver.all.push(this);
  }

  takeRecords(): object[] {
    return this.waiting.splice(0);
  }

  disconnect(): void {
    this.connected = false;
  }

  static tell(type: string, ...entries: object[]): void {
    for (const one of this.all) if (one.type === type && one.connected) one.call({ getEntries: () => entries });
  }
}

export class Page {
  browser: Browser;
  document = Object.assign(new Target(), {
    hidden: false,
    referrer: "https://search.test/",
    documentElement: { scrollHeight: 4000 },
  });
  win: any;
  stub: Stub = {};
  api: Api;

  constructor(browser: Browser, url: string, options: Options, change: (page: Page) => void) {
    this.browser = browser;
    FakeObserver.all = [];
    this.win = Object.assign(new Target(), {
      document: this.document,
      location: new URL(url),
      localStorage: browser.storage,
      innerWidth: 1280,
      innerHeight: 800,
      scrollY: 0,
      history: { pushState: this.#move, replaceState: this.#move },
      navigator: { language: "de-AT", webdriver: false, doNotTrack: null, sendBeacon: this.#beacon },
      performance: {
        now: () => Date.now() - START + 100,
        getEntriesByType: () => [{ responseStart: 123.45678 }],
      },
      PerformanceObserver: FakeObserver,
      setTimeout: (call: () => void, delay: number) => setTimeout(call, delay),
      clearTimeout: (timer: any) => clearTimeout(timer),
      fetch: this.#fetch,
    });
    change(this);
    // As the second script does, once it is loaded.
    let errors: ReturnType<typeof createErrors> | undefined;
    const capture: Capture = (store, given, ...call) => {
      errors = errors || createErrors(this.win, store, given, ISSUES);
      errors(...call);
    };
    this.api = createTracker(this.win, { key: "tp_test", ...options }, "https://stats.test/api/ingest", this.stub, capture);
  }

  #move = (_state: unknown, _title: string, url: string): void => {
    this.win.location = new URL(url, this.win.location);
  };

  #beacon = (url: string, body: string): boolean => {
    if (!this.browser.beacons) return false;
    if (this.browser.answer !== "away") this.browser.take("beacon", body, true, url);
    return true;
  };

  #fetch = async (url: string, { body, keepalive }: { body: string; keepalive: boolean }): Promise<unknown> => {
    const { answer } = this.browser;
    if (answer === "away") throw new TypeError("Failed to fetch");
    if (answer === "never") return new Promise(() => {});
    if (answer.status < 300) this.browser.take("fetch", body, keepalive, url);
    return { status: answer.status, headers: new Headers(answer.headers), text: async () => answer.body ?? "" };
  };

  go(url: string): void {
    this.win.history.pushState(null, "", url);
  }

  fire(name: string, target: FakeElement, event: object = {}): void {
    this.document.fire(name, { target, ...event });
  }

  hide(): void {
    this.document.hidden = true;
    this.document.fire("visibilitychange");
  }

  show(): void {
    this.document.hidden = false;
    this.document.fire("visibilitychange");
  }

  /** Away from this document: as browsers do, out of sight first. */
  leave(): void {
    this.win.fire("pagehide");
    this.hide();
    // What a dead page planned never happens.
    this.win.setTimeout = () => 0;
  }
}

/** Let everything happen that is due within `ms`. */
export async function pass(ms: number): Promise<void> {
  for (let left = ms; left >= 0; left -= 50) {
    mock.timers.tick(Math.min(50, left));
    for (let turn = 0; turn < 5; turn++) await new Promise((done) => setImmediate(done));
  }
}
