// Events on their way out: batched, sent, kept while the server is away, sent again.
//
// A batch is in one place at a time: in the queue, in flight, or in storage. A tab takes a stored batch
// out of storage before it sends it, so two tabs never send the same one. When a beacon is accepted the
// events are the browser's, and the tracker forgets them. While anything waits in storage the server is
// in doubt, and a page that is left stores its events instead of trusting a beacon.

import { guard } from "./guard.ts";
import { uuid7 } from "./ids.ts";
import type { Session } from "./session.ts";
import type { Store } from "./store.ts";

const MOST_EVENTS = 20;
// Browsers let 64 KiB of beacons and keepalive requests be under way; the rest is the session's part.
const MOST_BYTES = 57_000;
// Of the 5 million characters that a site may store. Once full, what is older stays: the beginning of a
// session explains the rest of it.
const MOST_STORED = 500_000;
const LONGEST_WAIT = 300_000;
const PATIENCE = 30_000;

interface Batch {
  name: string;
  /** The body as JSON, but for `sentAt`. */
  text: string;
  stored?: boolean;
}

export interface Outbox {
  add(session: Session, event: string): void;
  /** The page is being hidden or left: everything must be out of its hands. */
  leave(): void;
  /** Look for what other pages left behind. */
  wake(): void;
  /** Send and keep nothing any more. */
  close(): void;
}

export function createOutbox(
  win: Window & typeof globalThis,
  store: Store,
  prefix: string,
  url: string,
  every: number,
  /** What a request says besides; its last field is the list, empty. */
  body: (session: Session) => object,
): Outbox {
  const { navigator } = win;
  let queue: string[] = [];
  let owner: Session;
  let inFlight: Batch | undefined;
  let timer = 0;
  let fails = 0;
  let open = true;
  let waiting = false;

  const bytes = (text: string) => new Blob([text]).size;
  const stored = () => store.names(prefix);
  const stamped = (text: string) => `{"sentAt":${Date.now()},${text.slice(1)}`;

  function schedule(delay: number): void {
    if (timer) return;
    timer = win.setTimeout(guard(() => {
      timer = 0;
      pump();
    }), delay);
  }

  function seal(): Batch | undefined {
    let count = 0;
    let size = 0;
    for (const event of queue.slice(0, MOST_EVENTS)) {
      size += bytes(event);
      if (size < MOST_BYTES) count++;
    }
    if (!count) return undefined;
    const head = JSON.stringify(body(owner)).slice(0, -2);
    return { name: prefix + uuid7(Date.now()), text: head + queue.splice(0, count) + "]}" };
  }

  function keep(batch: Batch): void {
    waiting = true;
    if (batch.stored || !open) return;
    batch.stored = true;
    if ((stored().map(store.get) + batch.text).length < MOST_STORED) store.set(batch.name, batch.text);
  }

  function empty(use: (batch: Batch) => void): void {
    for (let batch; (batch = seal()); ) use(batch);
  }

  function take(): Batch | undefined {
    const [name] = stored();
    waiting = !!name;
    const text = name && store.get(name);
    if (!text) return undefined;
    store.remove(name);
    return { name, text };
  }

  /** Milliseconds to wait before the next try; 0 when the server has answered for good. */
  async function post(text: string): Promise<number> {
    let after = 0;
    try {
      const answer = await win.fetch(url, {
        method: "POST",
        body: stamped(text),
        credentials: "omit",
        // What is in doubt is stored when the page is left, and must not outlive it as well.
        keepalive: !waiting,
        signal: AbortSignal.timeout && AbortSignal.timeout(PATIENCE),
      });
      if (!/408|429|5../.test(answer.status as unknown as string)) {
        if (answer.status > 399) answer.text().then(console.debug, () => 0);
        return 0;
      }
      after = +answer.headers.get("retry-after")! * 1_000 || 0;
    } catch {
      // The network is away: as a 503.
    }
    return Math.max(after, Math.min(every * 2 ** fails++, LONGEST_WAIT)) * (1 + Math.random() / 2);
  }

  function deliver(batch: Batch): void {
    void post(batch.text).then(guard((wait: number) => {
      inFlight = undefined;
      if (wait) {
        keep(batch);
        // The server's wish goes before whatever was planned.
        win.clearTimeout(timer);
        timer = 0;
      } else {
        fails = 0;
        store.remove(batch.name);
      }
      schedule(waiting ? wait : every);
    }));
  }

  function pump(): void {
    if (inFlight || !open) return;
    inFlight = seal() || take();
    if (inFlight) deliver(inFlight);
  }

  return {
    add(session, event) {
      if (bytes(event) >= MOST_BYTES) return;
      if (owner && owner.id !== session.id) empty(keep);
      owner = session;
      queue.push(event);
      if (queue.length < MOST_EVENTS) schedule(every);
      else if (fails) empty(keep);
      else pump();
    },
    leave() {
      if (waiting && inFlight) keep(inFlight);
      empty((batch) => {
        if (waiting) keep(batch);
        else if (!navigator.sendBeacon || !navigator.sendBeacon(url, stamped(batch.text))) deliver(batch);
      });
    },
    wake() {
      if ((waiting = waiting || !!stored()[0])) schedule(every * Math.random());
    },
    close() {
      open = false;
      queue = [];
    },
  };
}
