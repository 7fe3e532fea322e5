// For developers, in development only: what prices cost, and what this page knows.

import { NAME as INQUIRY } from "./waiting.ts";
import type { House } from "./house.ts";
import type { Boot } from "./wire.ts";

interface State {
  house: House;
  total: number;
  boot: Boot;
}

declare global {
  interface Window {
    showPriceStats?: () => object;
    exportDebugSession?: () => string;
  }
}

const MEASURES = ["option_click_to_price", "option_click_to_paint"];

export function developerTools(state: () => State): void {
  /** Durations of clicks so far, in milliseconds. */
  window.showPriceStats = () => {
    const found = Object.fromEntries(MEASURES.map((name) => [name, stats(name)]));
    console.table(found);
    return { ...found, total: state().total, priceListVersion: state().boot.table.version };
  };
  /** All that is needed to look at a session elsewhere, as a file and as text. */
  window.exportDebugSession = () => {
    const { house, total, boot } = state();
    // Files are passed on: without what an inquiry says of a person, and without what a link is changed by.
    const kept = Object.entries(localStorage).filter(([name]) => name.startsWith("trailpost") && name !== INQUIRY);
    const stored = Object.fromEntries(kept.map(([name, text]) => [name, text.replace(/"editSecret":"[^"]*"/, '"editSecret":""')]));
    const text = JSON.stringify({ house, total, priceListVersion: boot.table.version, language: boot.language, stored }, null, 2);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "configurator-session.json";
    link.click();
    return text;
  };
}

function stats(name: string): { count: number; median: number; p95: number; worst: number } {
  const durations = performance.getEntriesByName(name, "measure").map((one) => one.duration).sort((a, b) => a - b);
  const at = (share: number) => Math.round((durations[Math.floor((durations.length - 1) * share)] ?? 0) * 100) / 100;
  return { count: durations.length, median: at(0.5), p95: at(0.95), worst: at(1) };
}
