// Draws the series table as a chart. The table is the source: whatever updates it updates the chart.
import uPlot from "uplot";

interface Series {
  labels: string[];
  days: number[];
  words: string[];
  values: (number | null)[][];
  /** The last step is not over: what it shows will still grow. */
  open: boolean;
}

const COLOURS = ["--accent", "--second"];
const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const number = new Intl.NumberFormat("en");

function read(table: HTMLTableElement): Series {
  const drawn = [...table.querySelectorAll<HTMLTableCellElement>("thead th[data-line]")];
  const labels = drawn.map((th) => th.textContent!.trim());
  const open = table.querySelector("tbody tr[data-open]") !== null;
  const series: Series = { labels, days: [], words: [], values: labels.map(() => []), open };
  for (const row of table.querySelectorAll<HTMLTableRowElement>("tbody tr")) {
    series.days.push(Number(row.dataset["at"]));
    series.words.push(row.cells[0]!.textContent!.trim());
    drawn.forEach((th, i) => {
      const value = row.cells[th.cellIndex]!.dataset["value"];
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

function line(label: string, variable: string, first: boolean): uPlot.Series[] {
  const common = { label, stroke: () => css(variable), width: 2 };
  const whole: uPlot.Series = {
    ...common,
    points: { show: (_u, _i, from, to) => to - from < 2, size: 6 },
    ...(first && { fill: (u: uPlot) => fill(u, css(variable)) }),
  };
  return [whole, { ...common, dash: [4, 4], points: { show: false } }];
}

/** Each line twice: solid up to the last step that is over, dashed from there. */
function lines({ days, values, open }: Series): uPlot.AlignedData {
  const solid = open ? days.length - 1 : days.length;
  return [
    days,
    ...values.flatMap((all) => [
      all.map((v, i) => (i < solid ? v : null)),
      all.map((v, i) => (open && i >= solid - 1 ? v : null)),
    ]),
  ] as uPlot.AlignedData;
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
    const { days, labels } = this.series;
    const hourly = days.length > 1 && days[1]! - days[0]! < 86400;
    this.plot = new uPlot(
      {
        width: this.element.clientWidth,
        height: this.element.clientHeight,
        padding: [8, 18, 0, 0],
        legend: { show: false },
        // Rows carry local wall time as if it were UTC: the server knows the time zone.
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "UTC"),
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
        scales: { y: { range: (_u, _low, high) => [0, Math.max(4, (high ?? 0) * 1.12)] } },
        axes: axes(hourly),
        series: [{}, ...labels.flatMap((label, i) => line(label, COLOURS[i] ?? "--mute", i === 0))],
        hooks: { setCursor: [tooltip(this.box, this.series, this.element)] },
      },
      lines(this.series),
      this.element,
    );
    this.element.append(this.box);
  }

  private update(): void {
    const series = read(this.table);
    const frame = ({ labels, days, open }: Series) => JSON.stringify([labels, days, open]);
    const same = frame(series) === frame(this.series);
    Object.assign(this.series, series);
    if (same) this.plot?.setData(lines(this.series));
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
