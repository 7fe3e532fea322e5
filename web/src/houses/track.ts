// What the page tells the tracker, by its public calls only. The tracker keeps and sends again what the
// server could not take.

import { completion } from "./choosing.ts";
import { type Choice, decidedBy, explicit, type House } from "./house.ts";

type Fields = Record<string, unknown>;
type Stub = { q?: { push(call: unknown[]): unknown } };
type Status = "in_cart" | "completed" | "converted";

// The tracker's script may come later: until then calls wait in its queue.
const stub: Stub = ((window as { trailpost?: Stub }).trailpost ??= { q: [] as unknown[][] });

function call(name: string, ...args: unknown[]): void {
  (stub.q ??= [] as unknown[][]).push([name, ...args]);
}

/** Told after the price has been painted: a click never waits for it. */
export function trackChoices(choices: Choice[], priceListVersion: string): void {
  for (const { from, to, ...choice } of choices) {
    call("choice", { ...choice, ...(from && { from }), ...(to && { to }), priceListVersion });
  }
}

export function trackSnapshot(
  house: House,
  totalPrice: number,
  priceListVersion: string,
  trigger: "auto_save" | "page_exit" | "order_attempt" | "manual",
  conversionStatus?: Status,
): void {
  call("snapshot", {
    configuration: explicit(house),
    totalPrice,
    priceListVersion,
    trigger,
    completion: completion(decidedBy(house, "user")),
    ...(conversionStatus && { conversionStatus }),
  });
}

export function track(category: string, fields: Fields): void {
  call("track", category, fields);
}

export function timing(metric: string, value: number, fields: Fields = { unit: "ms" }): void {
  call("timing", metric, Math.round(value * 1000) / 1000, fields);
}

/** What went wrong, for the owner to see among the issues. */
export function captureError(name: string, message: string, fields: Fields): void {
  call("captureError", Object.assign(new Error(message), { name }), fields);
}

// As long as the tracker's sessions last without an event.
const IDLE = 30 * 60_000;

/** Id of the session that the tracker keeps, for what the visitor leaves with the server. */
export function sessionId(key: string | null): string | undefined {
  return session(key)?.id;
}

/** Of the session that what happens now belongs to; none while there is no tracker. */
export function liveSession(key: string | null): string | undefined {
  const kept = session(key);
  return kept && Date.now() - kept.seen <= IDLE ? kept.id : undefined;
}

function session(key: string | null): { id: string; seen: number } | null {
  try {
    return JSON.parse(localStorage.getItem(`trailpost:${key}:session`) || "null") as { id: string; seen: number } | null;
  } catch {
    return null;
  }
}

/** Each section once, when it comes into sight. */
export function watchSections(root: ParentNode): void {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        track((target as HTMLElement).dataset["tpCategory"]!, { event: "scroll", element: "section", value: "seen" });
      }
    },
    { threshold: 0.4 },
  );
  root.querySelectorAll("section[data-tp-category]").forEach((section) => observer.observe(section));
}
