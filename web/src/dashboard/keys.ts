// Single keys: `g` and a letter goes to a section, others change the range, `?` lists them all.
import { open } from "./dialogs.ts";

const KEPT = "trailpost.keys";
const RANGES: Record<string, string> = { d: "24h", w: "7d", m: "30d", q: "90d" };

function isOn(): boolean {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") !== null;
}

function go(key: string): void {
  document.querySelector<HTMLAnchorElement>(`.side a[data-key="${CSS.escape(key)}"]`)?.click();
}

function search(): void {
  const field = document.querySelector<HTMLInputElement>("input[type=search]");
  if (field) field.focus();
  else go("s");
}

function filter(): void {
  const menu = document.querySelector<HTMLDetailsElement>("#filter");
  if (!menu) return;
  menu.open = true;
  menu.querySelector<HTMLElement>("a, input")?.focus();
}

const ACTIONS: Record<string, () => void> = {
  "?": () => open("help"),
  "/": search,
  c: () => document.getElementById("compare")?.click(),
  f: filter,
  t: () => document.getElementById("theme")?.click(),
};

function choice(): void {
  const box = document.getElementById("keys-on") as HTMLInputElement | null;
  if (!box) return;
  box.checked = isOn();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, box.checked ? "on" : "off");
    } catch {
      // Storage is forbidden here: the choice cannot be kept.
    }
  });
}

export function watchKeys(): void {
  let waiting = 0;
  choice();
  document.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !isOn()) return;
    if (document.querySelector("dialog[open]") || document.body.matches(":not(.shell)")) return;
    const after = Date.now() - waiting < 1500;
    waiting = key === "g" && !after ? Date.now() : 0;
    if (waiting) return;
    const range = document.getElementById(`range-${RANGES[key]}`);
    const act = after ? () => go(key) : (ACTIONS[key] ?? (range && (() => range.click())));
    if (!act) return;
    event.preventDefault();
    act();
  });
}
