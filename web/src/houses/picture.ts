// Makes the drawn house look like the configuration. The server drew every part of it already; what is
// chosen decides, by attributes and classes, which of them are seen.

import { limitOf, maximum, modulesOf } from "./choosing.ts";
import { levels } from "./openings.ts";
import type { Boot, Configuration, View } from "./wire.ts";

const SCENES: Record<View, string> = { exterior: "walk", interior: "room", pv: "above", fenster: "walk" };

export function show(svg: SVGElement, configuration: Configuration, view: View, boot: Boot): void {
  const modules = modulesOf(configuration.nest, boot);
  const { fenster, pvanlage } = configuration;
  const most = maximum(limitOf("fenster", boot)!, configuration.nest, boot);
  const { dataset } = svg;
  dataset["view"] = view;
  // What is not chosen looks as it is priced.
  dataset["shell"] = configuration.gebaeudehuelle ?? "trapezblech";
  dataset["interior"] = configuration.innenverkleidung ?? "kiefer";
  dataset["floor"] = configuration.fussboden ?? "parkett";
  dataset["frame"] = fenster?.value ?? "open";
  openings(svg, levels(modules, fenster?.quantity ?? 0, most));
  turn(svg, "[data-module]", (part) => Number(part.dataset["module"]) <= modules);
  turn(svg, "[data-panel]", (part) => Number(part.dataset["panel"]) <= (pvanlage?.quantity ?? 0));
  // One that has not arrived yet is shown when it has; until then the last one stays.
  const scene = svg.querySelector(`.scene.${SCENES[view]}`);
  if (scene?.firstChild) turn(svg, "[data-scene]", (part) => part === scene);
  move(svg, view, modules, boot);
}

function openings(svg: SVGElement, sizes: number[]): void {
  for (const slot of svg.querySelectorAll<SVGElement>("[data-slot]")) {
    const size = sizes[Number(slot.dataset["slot"])] ?? 0;
    turn(slot, "[data-level]", (part) => Number(part.dataset["level"]) === size);
  }
}

function turn(root: SVGElement, selector: string, on: (part: SVGElement) => boolean): void {
  for (const part of root.querySelectorAll<SVGElement>(selector)) part.classList.toggle("off", !on(part));
}

/** Gets the scenes that the page came without, so that it came soon; true when that was the last of them. */
export async function complete(svg: SVGElement, paths: Boot["scenes"]): Promise<boolean> {
  const empty = () => [...svg.querySelectorAll<SVGElement>("[data-scene]:empty")];
  if (!empty().length) return false;
  await Promise.all(empty().map((scene) => fill(scene, paths[scene.dataset["scene"]!]!)));
  return !empty().length;
}

async function fill(scene: SVGElement, path: string): Promise<void> {
  try {
    const answer = await fetch(path, { priority: "low" });
    const drawn = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
    // Two may have asked at once.
    if (!scene.firstChild) scene.append(...(drawn.querySelector("[data-scene]")?.childNodes ?? []));
  } catch {
    // Away: the next change asks again.
  }
}

/** Inside, nothing moves. By style and not by attribute, so that it glides. */
function move(svg: SVGElement, view: View, modules: number, { cameras }: Boot): void {
  const to = cameras[view]?.[modules];
  const camera = svg.querySelector<SVGElement>(`.scene.${SCENES[view]} > .camera`);
  if (to && camera) camera.style.transform = `translate(${to.x}px, ${to.y}px) scale(${to.zoom})`;
}
