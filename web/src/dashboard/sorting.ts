// Tables: a click on a column's title orders them, a button unfolds them; both outlive swaps.

interface Order {
  column: number;
  falling: boolean;
}

const orders = new Map<string, Order>();

function value(row: HTMLTableRowElement, column: number): string {
  return row.cells[column]?.dataset["sort"] ?? "";
}

function compare(a: string, b: string): number {
  if (!a || !b) return a ? -1 : b ? 1 : 0; // no data stands last
  const [x, y] = [Number(a), Number(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y;
}

function apply(table: HTMLTableElement, { column, falling }: Order): void {
  const body = table.tBodies[0]!;
  const rows = [...body.rows];
  const known = rows.filter((row) => value(row, column));
  known.sort((a, b) => compare(value(a, column), value(b, column)) * (falling ? -1 : 1));
  const sorted = [...known, ...rows.filter((row) => !value(row, column))];
  if (sorted.some((row, i) => row !== rows[i])) body.append(...sorted);
  [...table.tHead!.rows[0]!.cells].forEach((th, i) => {
    if (i === column) th.setAttribute("aria-sort", falling ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
  });
}

const whole = new Set<string>();

/** Long tables begin with a dozen rows. */
function unfold(id: string): void {
  document.getElementById(id)?.classList.add("whole");
  document.querySelector(`[data-whole="${id}"]`)?.setAttribute("hidden", "");
}

function again(): void {
  whole.forEach(unfold);
  for (const [id, order] of orders) {
    const table = document.getElementById(id);
    if (table instanceof HTMLTableElement) apply(table, order);
  }
}

export function watchSorting(): void {
  document.addEventListener("click", (event) => {
    const id = (event.target as Element).closest<HTMLElement>("[data-whole]")?.dataset["whole"];
    if (!id) return;
    whole.add(id);
    unfold(id);
  });
  document.addEventListener("click", (event) => {
    const th = (event.target as Element).closest<HTMLElement>("[data-sorts]")?.closest("th");
    const table = th?.closest("table");
    if (!th || !table) return;
    // Figures begin with the largest, texts with the first.
    const falling = th.hasAttribute("aria-sort") ? th.getAttribute("aria-sort") === "ascending" : !th.classList.contains("text");
    const order = { column: th.cellIndex, falling };
    orders.set(table.id, order);
    apply(table, order);
  });
  document.addEventListener("htmx:after:swap", again);
  document.addEventListener("htmx:sse:after:message", again);
  // Once older sessions stand below, the first page stays as it is: no gap opens between them.
  document.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-more]")) document.getElementById("session-rows")?.removeAttribute("id");
  });
}
