// Draws the series table as a chart. The table is the source: whatever updates it updates the chart.
import uPlot from "uplot";

interface Series {
  labels: string[];
  days: number[];
  words: string[];
  values: (number | null)[][];
}

const COLOURS = ["--accent", "--second"];
const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const number = new Intl.NumberFormat("en");

function read(table: HTMLTableElement): Series {
  const labels = [...table.querySelectorAll("thead th")].slice(1).map((th) => th.textContent!.trim());
  const series: Series = { labels, days: [], words: [], values: labels.map(() => []) };
  for (const row of table.querySelectorAll<HTMLTableRowElement>("tbody tr")) {
    series.days.push(Number(row.dataset["at"]));
    series.words.push(row.cells[0]!.textContent!.trim());
    labels.forEach((_, i) => {
      const value = row.cells[i + 1]!.dataset["value"];
      series.values[i]!.push(value ? Number(value) : null);
    });
  }
  return series;
}

function fill(u: uPlot, colour: string): CanvasGradient {
  const { top, height } = u.bbox;
  const gradient = u.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(0, colour + "2e");
  gradient.addColorStop(1, colour + "00");
  return gradient;
}

function line(label: string, variable: string, first: boolean): uPlot.Series {
  return {
    label,
    stroke: () => css(variable),
    width: 2,
    points: { show: (_u, _i, from, to) => to - from < 2, size: 6 },
    ...(first && { fill: (u: uPlot) => fill(u, css(variable)) }),
  };
}

function axes(hourly: boolean): uPlot.Axis[] {
  const at = (seconds: number) =>
    new Date(seconds * 1e3).toLocaleString("en-GB", {
      timeZone: "UTC",
      ...(hourly ? { hour: "2-digit", minute: "2-digit", hour12: false } : { day: "numeric", month: "short" }),
    } as Intl.DateTimeFormatOptions);
  const common = { stroke: () => css("--mute"), font: `12px ${getComputedStyle(document.body).fontFamily}`, ticks: { show: false } };
  const compact = new Intl.NumberFormat("en", { notation: "compact" });
  return [
    { ...common, size: 30, gap: 8, grid: { show: false }, space: 70, incrs: hourly ? [3600, 7200, 14400, 21600] : [1, 2, 3, 5, 7, 10, 14, 30].map((d) => d * 86400), values: (_u, ticks) => ticks.map(at) },
    {
      ...common,
      size: 44,
      grid: { stroke: () => css("--grid"), width: 1 },
      incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7],
      values: (_u, ticks) => ticks.map((v) => compact.format(v)),
    },
  ];
}

/** The box beside the pointer; it stays inside the chart. */
function tooltip(box: HTMLElement, series: Series, parent: HTMLElement): (u: uPlot) => void {
  return (u) => {
    const { idx, left } = u.cursor;
    if (idx == null || left == null || left < 0) {
      box.style.display = "none";
      return;
    }
    const title = document.createElement("strong");
    title.textContent = series.words[idx] ?? "";
    const lines = series.labels.map((label, i) => {
      const row = document.createElement("div");
      const [mark, value] = [document.createElement("i"), document.createElement("b")];
      if (i) mark.className = "second";
      const found = series.values[i]![idx];
      value.textContent = found == null ? "no data" : number.format(found);
      row.append(mark, label, value);
      return row;
    });
    box.replaceChildren(title, ...lines);
    box.style.display = "block";
    const x = u.valToPos(u.data[0]![idx]!, "x") + u.over.offsetLeft;
    const flip = x + box.offsetWidth + 20 > parent.clientWidth;
    box.style.left = `${Math.max(0, flip ? x - box.offsetWidth - 14 : x + 14)}px`;
    box.style.top = "10px";
  };
}

class Chart {
  readonly table = document.getElementById("series") as HTMLTableElement;
  private readonly box = Object.assign(document.createElement("div"), { className: "point" });
  private series = read(this.table);
  private plot: uPlot | undefined;
  private readonly watchers: { disconnect(): void }[] = [];

  readonly element: HTMLElement;

  constructor(element: HTMLElement) {
    this.element = element;
    this.draw();
    const size = new ResizeObserver(() =>
      this.plot?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    size.observe(element);
    const rows = new MutationObserver(() => this.update());
    rows.observe(this.table, { subtree: true, childList: true, characterData: true, attributes: true });
    this.watchers.push(size, rows);
  }

  draw(): void {
    this.plot?.destroy();
    this.element.replaceChildren();
    const { days, values, labels } = this.series;
    const hourly = days.length > 1 && days[1]! - days[0]! < 86400;
    this.plot = new uPlot(
      {
        width: this.element.clientWidth,
        height: this.element.clientHeight,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        // Rows carry local wall time as if it were UTC: the server knows the time zone.
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "UTC"),
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
        scales: { y: { range: (_u, _low, high) => [0, Math.max(4, (high ?? 0) * 1.12)] } },
        axes: axes(hourly),
        series: [{}, ...labels.map((label, i) => line(label, COLOURS[i] ?? "--mute", i === 0))],
        hooks: { setCursor: [tooltip(this.box, this.series, this.element)] },
      },
      [days, ...values] as uPlot.AlignedData,
      this.element,
    );
    this.element.append(this.box);
  }

  private update(): void {
    const series = read(this.table);
    const same = JSON.stringify([series.labels, series.days]) === JSON.stringify([this.series.labels, this.series.days]);
    Object.assign(this.series, series);
    if (same) this.plot?.setData([series.days, ...series.values] as uPlot.AlignedData);
    else this.draw();
  }

  close(): void {
    for (const watcher of this.watchers) watcher.disconnect();
    this.plot?.destroy();
  }
}

/** Keeps a chart on `#chart`, also when a swap brings another one. */
export function watchChart(onTheme: (then: () => void) => void): void {
  let chart: Chart | undefined;
  const attach = () => {
    const element = document.getElementById("chart");
    const table = document.getElementById("series");
    if (chart && chart.element === element && chart.table === table && element?.querySelector(".uplot")) return;
    chart?.close();
    chart = element && table ? new Chart(element) : undefined;
  };
  attach();
  onTheme(() => chart?.draw());
  document.addEventListener("htmx:after:swap", attach);
  document.addEventListener("htmx:sse:after:message", attach);
}
