// The tracker: decides whether it may record, gives events their identity, and offers the page its API.

import type { Fields, Push } from "./events.ts";
import { watchGestures } from "./gestures.ts";
import { guard, listen } from "./guard.ts";
import { uuid7 } from "./ids.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { watchPages } from "./pages.ts";
import { type Session, sessionAt } from "./session.ts";
import { createStore, type Store } from "./store.ts";
import { watchVitals } from "./vitals.ts";

/** The data-… attributes of the script tag. */
export interface Options {
  /** The ingest key. */
  key?: string;
  /** Where events go; default: the server the script came from. */
  api?: string;
  /** Milliseconds that events are gathered for; default 2000. */
  flush?: string;
  /** `required`: nothing is stored or sent before consent("granted"). */
  consent?: string;
  /** `honour`: nothing is stored or sent when the browser says Do Not Track or Global Privacy Control. */
  dnt?: string;
  /** `off`: one page view a document; `hash`: the fragment is part of the page's address. */
  spa?: string;
  /** `off`: no hover events. */
  hover?: string;
  /** `off`: no web vitals. */
  vitals?: string;
  /** `on`: errors that nobody caught are captured. */
  errors?: string;
  /** Release and environment that captured errors are of. */
  release?: string;
  environment?: string;
}

/** A call made before the tracker was there: the method and its arguments. */
type Call = [method: string, ...args: unknown[]];

/** What captures errors, in a script of its own. */
export type Capture = (store: Store, options: Options, error?: unknown, fields?: Fields) => unknown;
export type Page = Window & typeof globalThis;

export interface Stub {
  q?: Call[];
}

export interface Api {
  track(category: string, fields?: Fields): void;
  choice(fields: Fields): void;
  snapshot(fields: Fields): void;
  timing(metric: string, value: number, fields?: Fields): void;
  identify(user: string): void;
  consent(state: "granted" | "denied"): void;
  captureError(error?: unknown, fields?: Fields): void;
}

export function createTracker(win: Page, options: Options, endpoint: string, stub: Stub, capture: Capture): Api {
  const { document, navigator } = win;
  const { key } = options;
  // Two trackers of one site, with different keys, do not meet in storage.
  const prefix = `trailpost:${key}:`;
  const CONSENT = prefix + "consent";
  const VISITOR = prefix + "visitor";
  const store = createStore(win);
  const refused =
    options.dnt === "honour" &&
    (navigator.doNotTrack === "1" || (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl);
  const asks = options.consent === "required";
  let outbox: Outbox | undefined;
  let view: () => void;

  function body({ seen: _, ...session }: Session): object {
    return {
      key,
      session: {
        ...session,
        visitorId: store.get(VISITOR),
        viewport: { width: win.innerWidth, height: win.innerHeight },
        language: navigator.language,
        webdriver: navigator.webdriver,
      },
      events: [],
    };
  }

  const push: Push = (type, fields) => {
    if (!outbox) return;
    const at = Date.now();
    const [session, begins] = sessionAt(at, win, store, prefix + "session");
    // Text from its first moment: what the page does to the objects later does not matter.
    const add = (type: string, fields?: Fields) =>
      outbox!.add(session, JSON.stringify({ id: uuid7(at), at, ...fields, type }));
    if (begins) add("session_start");
    add(type, fields);
  };

  function start(): void {
    outbox = createOutbox(win, store, prefix + "batch:", endpoint, +options.flush! || 2_000, body);
    outbox.wake();
    view();
  }

  function watch(): void {
    const [pause, resume] = watchPages(win, push, options.spa);
    const endHover = watchGestures(win, push, options.hover !== "off");
    let tell = () => {};
    view = () => resume(true);
    const leave = () => {
      endHover();
      pause();
      tell();
      if (outbox) outbox.leave();
    };
    listen(document, "visibilitychange", () => {
      if (document.hidden) return leave();
      resume();
      if (outbox) outbox.wake();
    });
    listen(win, "pagehide", leave);
    // Back from the history, whole: a view of its own.
    listen(win, "pageshow", (event) => (event as PageTransitionEvent).persisted && view());
    if (options.vitals !== "off") tell = watchVitals(win, push);
  }

  function consent(state: "granted" | "denied"): void {
    if (refused) return;
    if (state === "granted") {
      const known = store.get(CONSENT) === state;
      store.set(CONSENT, state);
      // An id that outlives the session.
      if (!store.get(VISITOR)) store.set(VISITOR, uuid7(Date.now()));
      if (!outbox) start();
      if (!known) push("consent", { state });
    } else {
      if (outbox) outbox.close();
      outbox = undefined;
      store.names(prefix).forEach(store.remove);
      // Where silence means no, nothing at all is left behind.
      if (!asks) store.set(CONSENT, "denied");
    }
  }

  const api: Api = {
    track: (category, fields) => push("interaction", { event: "custom", ...fields, category }),
    choice: (fields) => push("choice", { source: "user", ...fields }),
    snapshot: (fields) => push("snapshot", { trigger: "manual", ...fields }),
    timing: (metric, value, fields) => push("timing", { ...fields, metric, value }),
    identify: (user) => push("identify", { user: `${user}` }),
    consent,
    // A page without errors never loads what tells of them: the first one does.
    captureError: capture.bind(0, store, options),
  };
  const calls = api as unknown as Record<string, (...args: unknown[]) => void>;
  for (const name in calls) calls[name] = guard(calls[name]!);

  if (!refused) {
    guard(watch)();
    const known = store.get(CONSENT);
    if (asks ? known === "granted" : known !== "denied") guard(start)();
  }
  const call = guard(([name, ...args]: Call) => calls[name]!(...args));
  const early = stub.q || [];
  Object.assign(stub, api, { q: { push: call } });
  early.forEach(call);
  if (options.errors) capture(store, options);
  return api;
}
