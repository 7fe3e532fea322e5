// Entry of t.js: reads its own script tag and starts once.

import { guard, listen } from "./guard.ts";
import { createTracker, type Options, type Stub } from "./tracker.ts";

declare global {
  interface Window {
    trailpost?: Stub & { loaded?: boolean };
  }
  interface Document {
    prerendering?: boolean;
  }
}

// The server puts its own path here when it serves the script.
const INGEST = "/api/ingest";

const script = (document.currentScript || document.querySelector("script[data-key]")) as HTMLScriptElement;

guard(() => {
  const stub = (window.trailpost = window.trailpost || {});
  if (stub.loaded) return;
  stub.loaded = true;
  const start = guard(() => {
    const options: Options = script.dataset;
    createTracker(window, options, options.api || new URL(INGEST, script.src).href, stub);
  });
  // A page that is rendered before it is asked for has not been seen yet.
  if (document.prerendering) listen(document, "prerenderingchange", start);
  else start();
})();
