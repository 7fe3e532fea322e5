// Web vitals by their definitions (web.dev/articles/vitals), told once, when the page is first hidden:
// told again later, a page would count twice in the quantiles.
//
// LCP   start of the last candidate, from activation, in a page that was in sight from its beginning
// CLS   the worst session window: shifts under 1 s apart, at most 5 s in all, none just after input
// INP   the longest interaction, leaving out one for every 50
// TTFB  start of the response, from activation

import type { Push } from "./events.ts";
import { guard } from "./guard.ts";

// Shorter events are not observed, ms; but for the first input they cannot be the worst.
const SLOW = 40;
// One in 50 is left out, so more than this many are never looked at.
const LONGEST_KEPT = 10;

interface Entry extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  interactionId: number;
}

/** Returns what tells them. */
export function watchVitals(win: Window & typeof globalThis, push: Push): () => void {
  const { performance, document, PerformanceObserver } = win;
  const endpoint = win.location.pathname.slice(0, 200);
  const [page] = performance.getEntriesByType("navigation") as [PerformanceNavigationTiming & { activationStart?: number }];
  // A prerendered page begins when it is shown.
  const start = page.activationStart || 0;
  const inSight = !document.hidden;
  const flushes: (() => void)[] = [];
  const values: Record<string, number> = {};

  function observe(type: string, take: (entry: Entry) => void): void {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    const takeAll = guard((entries: PerformanceEntryList) => (entries as Entry[]).forEach(take));
    const observer = new PerformanceObserver((list) => takeAll(list.getEntries()));
    observer.observe({ type, buffered: true, durationThreshold: SLOW } as PerformanceObserverInit);
    flushes.push(() => {
      takeAll(observer.takeRecords());
      observer.disconnect();
    });
    if (type === "layout-shift") values["cls"] = 0;
  }

  let shifts = 0;
  let first = 0;
  let last = 0;

  function shift({ value, startTime, hadRecentInput }: Entry): void {
    if (hadRecentInput) return;
    if (startTime - last > 999 || startTime - first > 4_999) {
      shifts = 0;
      first = startTime;
    }
    last = startTime;
    shifts += value;
    values["cls"] = Math.max(values["cls"]!, shifts);
  }

  const longest: [id: number, duration: number][] = [];

  function interaction({ interactionId: id, duration }: Entry): void {
    if (!id) return;
    const known = longest.find((one) => one[0] === id);
    if (known) known[1] = Math.max(known[1], duration);
    else longest.push([id, duration]);
    longest.sort((a, b) => b[1] - a[1]).splice(LONGEST_KEPT);
    // 0 where the browser does not count them.
    const left = ~~((performance as { interactionCount?: number }).interactionCount! / 50);
    values["inp"] = longest[Math.min(longest.length - 1, left)]![1];
  }

  if (inSight) {
    observe("largest-contentful-paint", ({ startTime }) => {
      values["lcp"] = Math.max(startTime - start, 0);
    });
    observe("layout-shift", shift);
  }
  observe("event", interaction);
  observe("first-input", interaction);
  if (page.responseStart) values["ttfb"] = Math.max(page.responseStart - start, 0);

  return () => {
    flushes.splice(0).forEach((flush) => flush());
    for (const metric in values) {
      push("timing", { metric, value: +values[metric]!.toFixed(4), unit: metric === "cls" ? "" : "ms", endpoint });
      delete values[metric];
    }
  };
}
