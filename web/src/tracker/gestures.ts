// Clicks, choices in form fields and hovering, on what the page has marked with data-tp-… attributes.
// What a visitor types is never read.

import type { Fields, Push } from "./events.ts";
import { listen } from "./guard.ts";

const MARKED = "[data-tp-category],[data-tp-element],[data-tp-value]";
const SHORTEST_HOVER = 500;
const LONGEST_TEXT = 200;

interface Marked extends Fields {
  category: string;
  value: string | undefined;
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function read(element: Element | null, name: string): string | undefined {
  return clip(element && element.getAttribute("data-tp-" + name));
}

function clip(text: string | null | undefined): string | undefined {
  return text ? text.slice(0, LONGEST_TEXT) : undefined;
}

/** The marked part of the page that `target` lies in. */
function partOf(target: EventTarget | null): Element | null {
  return (target as Element).closest && (target as Element).closest(MARKED);
}

function describe(part: Element | null): Marked | undefined {
  const category = read(part && part.closest("[data-tp-category]"), "category");
  return category ? { category, element: read(part, "element") || clip(part!.id), value: read(part, "value") } : undefined;
}

/** A field tells of itself by its change event, and so does the field that a label stands for. */
function changesField(target: Element): boolean | null | undefined {
  const label = target.closest("label");
  const field = target.closest("select,input,textarea") || (label && label.control);
  return field && !/button|submit|reset|image/.test((field as Field).type);
}

/** What was chosen, of the fields that offer a choice; undefined for whatever is typed. */
function chosen({ type, value }: Field): string | undefined {
  return /range|color|radio|checkbox|select/.test(type) ? clip(value) : undefined;
}

/** Returns what ends a hover that is under way. */
export function watchGestures(win: Window, push: Push, hovering: boolean): () => void {
  const { document, performance } = win;
  let over: Element | null = null;
  let since = 0;

  function interaction(event: string, found: Marked | undefined, more?: object): void {
    if (found) push("interaction", { event, ...found, ...more });
  }

  function endHover(): void {
    const timeSpent = Math.round(performance.now() - since);
    if (timeSpent >= SHORTEST_HOVER) interaction("hover", describe(over), { timeSpent });
    over = null;
  }

  listen(document, "click", ({ target }) => {
    const found = describe(partOf(target));
    if (found && !changesField(target as Element)) interaction(found.value ? "selection" : "click", found);
  });

  listen(document, "change", ({ target }) => {
    const field = target as Field;
    const part = partOf(field);
    const found = describe(part);
    if (!found) return;
    const value = (part === field && found.value) || chosen(field);
    const off = field.type === "checkbox" && !(field as HTMLInputElement).checked;
    const event = /radio|checkbox|select/.test(field.type) ? "selection" : "input";
    const element = found["element"] || clip(field.name || field.id);
    interaction(event, found, { element, value: off ? undefined : value, previous: off ? value : undefined });
  });

  if (hovering) {
    listen(document, "pointerover", (event) => {
      const inside = (event as PointerEvent).pointerType === "mouse" ? partOf(event.target) : null;
      if (inside === over) return;
      endHover();
      over = inside;
      since = performance.now();
    });
    // Out of the window altogether.
    listen(document, "pointerout", (event) => (event as PointerEvent).relatedTarget || endHover());
  }
  return endHover;
}
