// Draws tables of steps as charts. The table is the source: whatever updates it updates the chart.
import uPlot from "uplot";
import { tooltip } from "./point.ts";
import { css, read, type Series } from "./series.ts";

const SUFFIX: Record<string, string> = { percent: " %", ms: " ms", seconds: " s" };

function fill(u: uPlot, colour: string): CanvasGradient {
  const { top, height } = u.bbox;
  const gradient = u.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(0, colour + "2e");
  gradient.addColorStop(1, colour + "00");
  return gradient;
}

/** Each line twice: solid up to the last step that is over, dashed from there. */
function line(label: string, number: number, before: boolean, alone: boolean): uPlot.Series[] {
  const stroke = () => css(before ? "--edge" : `--line-${number}`);
  const common = { label, stroke, width: before ? 1.5 : 2 };
  const whole: uPlot.Series = {
    ...common,
    points: { show: (_u, _i, from, to) => to - from < 2, size: 6 },
    ...(before && { dash: [2, 3] }),
    ...(alone && { fill: (u: uPlot) => fill(u, css("--line-1")) }),
  };
  return [whole, { ...common, dash: [4, 4], points: { show: false } }];
}

function lines({ at, lines, open }: Series): uPlot.AlignedData {
  const solid = open ? at.length - 1 : at.length;
  return [
    at,
    ...lines.flatMap(({ values, before }) => [
      values.map((v, i) => (i < solid || before ? v : null)),
      values.map((v, i) => (open && !before && i >= solid - 1 ? v : null)),
    ]),
  ] as uPlot.AlignedData;
}

function axes(hourly: boolean, unit: string): uPlot.Axis[] {
  const at = (seconds: number) =>
    new Date(seconds * 1e3).toLocaleString("en-GB", {
      timeZone: "UTC",
      ...(hourly ? { hour: "2-digit", minute: "2-digit", hour12: false } : { day: "numeric", month: "short" }),
    } as Intl.DateTimeFormatOptions);
  const common = { stroke: () => css("--mute"), font: `12px ${getComputedStyle(document.body).fontFamily}`, ticks: { show: false } };
  const compact = new Intl.NumberFormat("en", { notation: "compact" });
  const whole = unit === "count" ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7] : undefined;
  return [
    { ...common, size: 30, gap: 8, grid: { show: false }, space: 70, incrs: hourly ? [3600, 7200, 14400, 21600] : [1, 2, 3, 5, 7, 10, 14, 30].map((d) => d * 86400), values: (_u, ticks) => ticks.map(at) },
    {
      ...common,
      size: 56,
      grid: { stroke: () => css("--grid"), width: 1 },
      ...(whole && { incrs: whole }),
      values: (_u, ticks) => ticks.map((v) => (unit === "eur" ? "€ " : "") + compact.format(v) + (SUFFIX[unit] ?? "")),
    },
  ];
}

/** A thin line where something was noted, with a flag on top; its words are in the tooltip. */
function flags(series: Series): (u: uPlot) => void {
  return (u) => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = css("--mute");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    series.notes.forEach((notes, i) => {
      if (!notes.length) return;
      const x = Math.round(u.valToPos(series.at[i]!, "x", true));
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.fillRect(x, bbox.top, 8 * devicePixelRatio, 6 * devicePixelRatio);
    });
    ctx.restore();
  };
}

function high(unit: string, most: number | null): number {
  const least = unit === "count" ? 4 : unit === "percent" ? 5 : unit === "number" ? 0.1 : 1;
  const top = Math.max(least, (most ?? 0) * 1.12);
  return unit === "percent" ? Math.min(100, top) : top;
}

class Chart {
  private readonly box = Object.assign(document.createElement("div"), { className: "point" });
  private series: Series;
  private plot: uPlot | undefined;
  private readonly watchers: { disconnect(): void }[] = [];
  readonly element: HTMLElement;
  readonly table: HTMLTableElement;

  constructor(element: HTMLElement, table: HTMLTableElement) {
    this.element = element;
    this.table = table;
    this.series = read(table);
    this.draw();
    const size = new ResizeObserver(() => this.plot?.setSize({ width: element.clientWidth, height: element.clientHeight }));
    size.observe(element);
    const rows = new MutationObserver(() => this.update());
    rows.observe(table, { subtree: true, childList: true, characterData: true, attributes: true });
    this.watchers.push(size, rows);
  }

  draw(): void {
    this.plot?.destroy();
    this.element.replaceChildren();
    const { at, lines: drawn, unit } = this.series;
    const hourly = at.length > 1 && at[1]! - at[0]! < 86400;
    const alone = drawn.filter((l) => !l.before).length <= 2;
    this.plot = new uPlot(
      {
        width: this.element.clientWidth,
        height: this.element.clientHeight,
        padding: [8, 24, 0, 0],
        legend: { show: false },
        // Rows carry local wall time as if it were UTC: the server knows the time zone.
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "UTC"),
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
        scales: { y: { range: (_u, _low, most) => [0, high(unit, most)] } },
        axes: axes(hourly, unit),
        series: [{}, ...drawn.flatMap((l, i) => line(l.label, l.number, l.before, alone && i === 0))],
        hooks: { setCursor: [tooltip(this.box, this.series, this.element)], draw: [flags(this.series)] },
      },
      lines(this.series),
      this.element,
    );
    this.element.append(this.box);
  }

  private update(): void {
    const series = read(this.table);
    const frame = ({ lines, at, open, unit }: Series) => JSON.stringify([lines.map((l) => [l.label, l.number, l.before]), at, open, unit]);
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

/** Keeps a chart on every `.chart`, also when a swap brings others. */
export function watchCharts(onTheme: (then: () => void) => void): void {
  let charts: Chart[] = [];
  const attach = () => {
    const wanted = [...document.querySelectorAll<HTMLElement>(".chart[data-table]")];
    const still = charts.filter((c) => wanted.includes(c.element) && c.table.isConnected && c.element.querySelector(".uplot"));
    for (const chart of charts) if (!still.includes(chart)) chart.close();
    for (const element of wanted) {
      const table = document.getElementById(element.dataset["table"]!) as HTMLTableElement | null;
      if (table && !still.some((c) => c.element === element && c.table === table)) still.push(new Chart(element, table));
    }
    charts = still;
  };
  attach();
  onTheme(() => charts.forEach((chart) => chart.draw()));
  document.addEventListener("htmx:after:swap", attach);
  document.addEventListener("htmx:sse:after:message", attach);
}
