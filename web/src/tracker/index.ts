// Entry of t.js: reads its own script tag and starts once.

import { guard, listen } from "./guard.ts";
import { type Capture, createTracker, type Options, type Stub } from "./tracker.ts";

declare global {
  interface Window {
    trailpost?: Stub & { loaded?: boolean };
  }
  interface Document {
    prerendering?: boolean;
  }
}

const script = (document.currentScript || document.querySelector("script[data-key]")) as HTMLScriptElement;

const here = (path: string) => new URL(path, script.src) as unknown as string;

guard(() => {
  const stub = (window.trailpost = window.trailpost || {});
  if (stub.loaded) return;
  stub.loaded = true;
  const start = guard(() => {
    const options: Options = script.dataset;
    // The server puts its own paths here when it serves the script.
    const capture: Capture = (...call) => import(here("/e.js")).then((errors) => errors.add(...call), console.debug);
    createTracker(window, options, options.api || here("/api/ingest"), stub, capture);
  });
  // A page that is rendered before it is asked for has not been seen yet.
  if (document.prerendering) listen(document, "prerenderingchange", start);
  else start();
})();
