// One session for all tabs of a site: it ends after 30 minutes without an event.

import { uuid7 } from "./ids.ts";
import type { Store } from "./store.ts";

const IDLE = 30 * 60_000;

/** How the session came about, kept from its first page. */
export interface Session {
  id: string;
  /** Time of its last event, epoch ms. */
  seen: number;
  landingPage: string;
  referrer?: string;
  utm: Record<string, string>;
}

/** The session that an event at `at` belongs to, and whether this event begins it. */
export function sessionAt(at: number, win: Window, store: Store, name: string): [Session, boolean] {
  let session = JSON.parse(store.get(name) || "null") as Session | null;
  const begins = !session || at - session.seen > IDLE;
  if (begins) session = begin(at, win);
  session!.seen = at;
  store.set(name, JSON.stringify(session));
  return [session!, begins];
}

function begin(at: number, { document, location }: Window): Session {
  const session: Session = { id: uuid7(at), seen: at, landingPage: pageUrl(location), utm: {} };
  const { referrer } = document;
  if (referrer && !referrer.startsWith(location.origin + "/")) session.referrer = referrer.slice(0, 2000);
  const query = new URLSearchParams(location.search);
  for (const part of ["source", "medium", "campaign"]) {
    const value = query.get("utm_" + part);
    if (value) session.utm[part] = value.slice(0, 200);
  }
  return session;
}

/** Without the fragment, which is the page's own business, unless it is the route. */
export function pageUrl({ href }: Location, routed?: boolean): string {
  return (routed ? href : href.split("#")[0]!).slice(0, 2000);
}
