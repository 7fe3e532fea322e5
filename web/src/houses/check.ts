// The price that the browser computed against the server's, some time after each change. While the
// server is away it tries again, ever less often.

import * as server from "./server.ts";
import type { Configuration } from "./wire.ts";

const QUIET = 700;
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;

export interface Checked {
  configuration: Configuration;
  total: number;
  version: string;
}

export interface Watcher {
  now(): Checked;
  /** Whether the server could be reached. */
  reached(yes: boolean): void;
  /** It prices by another list. */
  outdated(version: string): Promise<void>;
  mismatch(found: Checked, server: number): void;
}

/** Returns what asks for a check soon. */
export function watchPrices(watcher: Watcher): () => void {
  let timer = 0;
  let fails = 0;

  function after(pause: number): void {
    clearTimeout(timer);
    timer = window.setTimeout(check, pause);
  }

  async function check(): Promise<void> {
    const asked = watcher.now();
    try {
      const answer = await server.calculate(asked.configuration);
      fails = 0;
      watcher.reached(true);
      if (answer.priceListVersion !== asked.version) await watcher.outdated(answer.priceListVersion);
      else if (answer.total !== asked.total) watcher.mismatch(asked, answer.total);
    } catch (error) {
      // The server priced nothing: to the visitor's price that is a mismatch too.
      if (error instanceof server.Refused && error.status === 422) return watcher.mismatch(asked, 0);
      watcher.reached(false);
      after(Math.min(FIRST_PAUSE * 2 ** fails++, LONGEST_PAUSE));
    }
  }

  addEventListener("online", () => after(0));
  addEventListener("offline", () => watcher.reached(false));
  return () => after(QUIET);
}
