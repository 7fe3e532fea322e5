// The tracker's second script, loaded with a page's first error: what went wrong goes to POST /api/issues.
//
// It shares the tracker's storage, and so its session and the visitor's consent, and sends as the tracker
// does. A page in a loop tells as much by its first few errors as by all of them.

import type { Fields } from "./events.ts";
import { guard, listen } from "./guard.ts";
import { uuid7 } from "./ids.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { pageUrl, type Session } from "./session.ts";
import type { Store } from "./store.ts";
import type { Options, Page } from "./tracker.ts";

const MOST_ERRORS = 10;
const MOST_FRAMES = 50;
const LONGEST_LINE = 2_000;
const LONGEST_MESSAGE = 4_000;
const LONGEST_CONTEXT = 8_000;
const IDLE = 30 * 60_000;

interface Frame {
  function?: string;
  file?: string;
  line?: number;
  column?: number;
}

interface Thrown {
  name?: string;
  message?: string;
  stack?: string;
}

type Add = (error?: unknown, fields?: Fields, frames?: Frame[]) => void;

const pages = new WeakMap<Store, Add>();

/** Captures an error of the page; without one only gets ready. */
export function add(store: Store, options: Options, error?: unknown, fields?: Fields): void {
  let page = pages.get(store);
  if (!page) pages.set(store, (page = createErrors(window, store, options, target(options))));
  page(error, fields);
}

/** Beside the route of events. The server puts its own path here when it serves the script. */
function target({ api }: Options): string {
  return api ? api.replace(/[^/]*$/, "issues") : new URL("/api/issues", import.meta.url).href;
}

export function createErrors(win: Page, store: Store, options: Options, url: string): Add {
  const { document, navigator } = win;
  const prefix = `trailpost:${options.key}:`;
  const told = new Set<string>();
  let outbox: Outbox | undefined;

  function allowed(): boolean {
    const { doNotTrack, globalPrivacyControl } = navigator as Navigator & { globalPrivacyControl?: boolean };
    if (options.dnt === "honour" && (doNotTrack === "1" || globalPrivacyControl)) return false;
    const known = store.get(prefix + "consent");
    return options.consent === "required" ? known === "granted" : known !== "denied";
  }

  function body(): object {
    if (allowed()) return { key: options.key, occurrences: [] };
    outbox!.close();
    outbox = undefined;
    throw new Error("no consent");
  }

  function sessionId(at: number): string | undefined {
    const session = JSON.parse(store.get(prefix + "session") || "null") as Session | null;
    return session && at - session.seen < IDLE ? session.id : undefined;
  }

  const capture: Add = guard((error?: unknown, fields: Fields = {}, frames?: Frame[]) => {
    if (error === undefined || !allowed()) return;
    const what = { ...describe(error), ...(frames && { stack: frames }) };
    const sign = JSON.stringify([what, fields["fingerprint"], fields["level"]]);
    if (told.has(sign) || told.size >= MOST_ERRORS) return;
    told.add(sign);
    const at = Date.now();
    const occurrence = {
      occurrenceId: uuid7(at),
      sessionId: sessionId(at),
      occurredAt: at,
      level: "error",
      ...what,
      url: pageUrl(win.location, options.spa === "hash"),
      release: options.release,
      environment: options.environment,
      ...fields,
      tags: labels(fields["tags"], 20, 100),
      fingerprint: labels(fields["fingerprint"], 10, 200),
      context: small(fields["context"]),
    };
    outbox = outbox || open();
    outbox.add(SESSION, JSON.stringify(occurrence));
  });

  function open(): Outbox {
    return createOutbox(win, store, prefix + "issue:", url, +options.flush! || 2_000, body);
  }

  function watch(): void {
    listen(win, "error", (event) => {
      const { error, message, filename, lineno, colno } = event as ErrorEvent;
      // An image that is missing has no message, a script of another origin nothing but one.
      if (!message || !(error || lineno)) return;
      const place = { file: clip(filename, 500), line: lineno, column: colno };
      capture(error || message, {}, error && error.stack ? undefined : [place]);
    });
    listen(win, "unhandledrejection", (event) => {
      const { reason } = event as PromiseRejectionEvent;
      capture(reason === undefined ? "a promise was rejected without a reason" : reason);
    });
  }

  listen(document, "visibilitychange", () => {
    if (outbox) outbox[document.hidden ? "leave" : "wake"]();
  });
  listen(win, "pagehide", () => outbox && outbox.leave());
  if (options.errors) watch();
  // What earlier pages could not send.
  if (allowed()) (outbox = open()).wake();
  return capture;
}

// Requests of issues say nothing of a session as a whole: each occurrence names its own.
const SESSION: Session = { id: "", seen: 0, landingPage: "", utm: {} };

function describe(error: unknown): object {
  const thrown = (error || {}) as Thrown;
  const isError = typeof thrown.message === "string";
  const message = isError ? thrown.message! : typeof error === "string" ? error : JSON.stringify(error) || `${error}`;
  return {
    type: clip(isError && thrown.name, 200) || "Error",
    message: message.slice(0, LONGEST_MESSAGE),
    stack: isError ? frames(`${thrown.stack || ""}`) : [],
  };
}

// `at f (https://a/b.js:1:2)` and `at https://a/b.js:1:2`, or `f@https://a/b.js:1:2`.
const LINE = /^\s*(?:at (?:(.*?) \()?|(.*?)@)(.+?):(\d{1,9}):(\d{1,9})\)?$/;

/** The calls of a stack as browsers write it down, the innermost first. */
export function frames(stack: string): Frame[] {
  const found: Frame[] = [];
  for (const line of stack.split("\n")) {
    const [, one, other, file, row, column] = (line.length < LONGEST_LINE && LINE.exec(line)) || [];
    if (!file || found.length >= MOST_FRAMES) continue;
    const name = clip(one || other, 200);
    found.push({ ...(name && { function: name }), file: file.slice(0, 500), line: +row!, column: +column! });
  }
  return found;
}

function clip(text: unknown, longest: number): string {
  return text ? `${text}`.slice(0, longest) : "";
}

function labels(given: unknown, most: number, longest: number): string[] | undefined {
  if (!Array.isArray(given)) return undefined;
  return given.map((one) => clip(one, longest)).filter(Boolean).slice(0, most);
}

/** What is too long for the route is left out: the error counts without it. */
function small(context: unknown): unknown {
  return context && new Blob([JSON.stringify(context)]).size <= LONGEST_CONTEXT ? context : undefined;
}
