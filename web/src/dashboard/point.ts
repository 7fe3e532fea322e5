// The box beside the pointer: the step, what was noted, each line's value in words.
import type uPlot from "uplot";
import type { Series } from "./series.ts";

function element(name: string, text: string, className = ""): HTMLElement {
  return Object.assign(document.createElement(name), { textContent: text, className });
}

function contents(series: Series, idx: number): HTMLElement[] {
  const lines = series.lines.map((line) => {
    const row = document.createElement("div");
    row.append(element("i", "", line.before ? "before" : `line-${line.number}`), line.label, element("b", line.words[idx] ?? "no data"));
    return row;
  });
  const notes = (series.notes[idx] ?? []).map((note) => element("p", note, "noted"));
  return [element("strong", series.steps[idx] ?? ""), ...lines, ...notes];
}

/** It stays inside the chart. */
export function tooltip(box: HTMLElement, series: Series, parent: HTMLElement): (u: uPlot) => void {
  return (u) => {
    const { idx, left } = u.cursor;
    if (idx == null || left == null || left < 0) {
      box.style.display = "none";
      return;
    }
    box.replaceChildren(...contents(series, idx));
    box.style.display = "block";
    const x = u.valToPos(u.data[0]![idx]!, "x") + u.over.offsetLeft;
    const flip = x + box.offsetWidth + 20 > parent.clientWidth;
    box.style.left = `${Math.max(0, flip ? x - box.offsetWidth - 14 : x + 14)}px`;
    box.style.top = "10px";
  };
}
