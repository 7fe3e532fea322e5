// An inquiry that could not be sent. It stays in this browser until the server has it, which takes it once
// however often it is sent; or until the visitor discards it, or a month has passed.

import { inquire, type Inquiry, Refused, type Taken } from "./server.ts";

export const NAME = "trailpost.houses.inquiry";
const VERSION = 1;
const LONGEST = 30 * 24 * 3_600_000;
export const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 300_000;

export interface Waiting {
  version: typeof VERSION;
  since: number;
  inquiry: Inquiry;
  /** The server will not have it as it stands. */
  refused?: true;
}

export function waiting(): Waiting | null {
  try {
    const text = localStorage.getItem(NAME);
    if (!text) return null;
    const held = JSON.parse(text) as Waiting;
    if (held.version === VERSION && Date.now() - held.since < LONGEST) return held;
  } catch {
    // Blocked, or not ours.
  }
  discard();
  return null;
}

/** False: this browser keeps nothing. */
export function hold(inquiry: Inquiry, more: { refused?: true } = {}): boolean {
  try {
    localStorage.setItem(NAME, JSON.stringify({ version: VERSION, since: waiting()?.since ?? Date.now(), inquiry, ...more }));
    return true;
  } catch {
    return false;
  }
}

export function discard(): void {
  try {
    localStorage.removeItem(NAME);
  } catch {
    // Blocked: then nothing is there.
  }
}

export interface Sender {
  sessionId(): string | undefined;
  sent(taken: Taken): void;
  /** It is gone or refused, here or in another tab. */
  changed(): void;
}

/** Returns what sends it now. From then on it is tried again, ever less often. */
export function sendLater({ sessionId, sent, changed }: Sender): () => Promise<void> {
  let timer = 0;
  let fails = 0;
  let busy = false;

  async function send(): Promise<void> {
    const held = waiting();
    if (busy || !held || held.refused) return;
    clearTimeout(timer);
    busy = true;
    try {
      // The session in which it arrives is the one that converts.
      const session = sessionId();
      const taken = await inquire({ ...held.inquiry, ...(session && { sessionId: session }) });
      fails = 0;
      discard();
      sent(taken);
    } catch (error) {
      if (error instanceof Refused && error.status !== 429) {
        hold(held.inquiry, { refused: true });
        changed();
      } else {
        timer = window.setTimeout(send, Math.min(FIRST_PAUSE * 2 ** fails++, LONGEST_PAUSE));
      }
    } finally {
      busy = false;
    }
  }

  addEventListener("online", send);
  addEventListener("storage", ({ key }) => key === NAME && changed());
  return send;
}
