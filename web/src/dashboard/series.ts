// What a chart's table says: its lines, their steps, what was noted beside them.

export interface Line {
  label: string;
  /** Its colour. */
  number: number;
  /** Of the period before. */
  before: boolean;
  values: (number | null)[];
  words: string[];
}

export interface Series {
  unit: string;
  at: number[];
  steps: string[];
  notes: string[][];
  lines: Line[];
  /** The last step is not over: what it shows will still grow. */
  open: boolean;
}

export const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function read(table: HTMLTableElement): Series {
  const drawn = [...table.querySelectorAll<HTMLTableCellElement>("thead th[data-line]")];
  const lines = drawn.map((th) => ({
    label: th.textContent!.trim(),
    number: Number(th.dataset["line"]),
    before: "before" in th.dataset,
    values: [] as (number | null)[],
    words: [] as string[],
  }));
  const open = table.querySelector("tbody tr[data-open]") !== null;
  const series: Series = { unit: table.dataset["unit"] ?? "count", at: [], steps: [], notes: [], lines, open };
  for (const row of table.querySelectorAll<HTMLTableRowElement>("tbody tr")) {
    series.at.push(Number(row.dataset["at"]));
    series.steps.push(row.cells[0]!.firstChild!.textContent!.trim());
    series.notes.push([...row.querySelectorAll("[data-note]")].map((n) => n.textContent!.trim()));
    drawn.forEach((th, i) => {
      const cell = row.cells[th.cellIndex]!;
      const value = cell.dataset["value"];
      lines[i]!.values.push(value ? Number(value) : null);
      lines[i]!.words.push(cell.textContent!.trim());
    });
  }
  return series;
}
