// The form of choosers is a plain GET form; these few lines make it pleasant.

function form(): HTMLFormElement | null {
  return document.querySelector("form.choosers");
}

/** Adds the zones that the browser knows, its own first: so they need not be sent. */
function allZones(): void {
  const select = form()?.querySelector<HTMLSelectElement>('select[name="tz"]');
  if (!select) return;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const chosen = select.value;
  const sent = [...select.options].slice(1);
  const known = [...sent.map((o) => o.value), ...Intl.supportedValuesOf("timeZone")].sort();
  for (const option of sent) option.remove();
  for (const zone of new Set([own, "UTC", ...known])) {
    const label = zone.replaceAll("_", " ") + (zone === own ? " (yours)" : "");
    select.append(new Option(label, zone, zone === chosen, zone === chosen));
  }
}

/** What the visitor opened stays open when a swap brings it back closed. */
function keepOpen(): void {
  let open: string[] = [];
  document.addEventListener("htmx:before:swap", () => {
    open = [...document.querySelectorAll("details[open][id]")].map((details) => details.id);
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    allZones();
  });
}

export function watchChoosers(): void {
  allZones();
  keepOpen();
  // The login page instead of figures: go there whole.
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = (event as CustomEvent).detail;
    if (!ctx.response.raw.redirected) return;
    event.preventDefault();
    location.reload();
  });
  // A login that ended in another tab, or an error: the page itself says what to do.
  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = (event as CustomEvent).detail;
    if (ctx.sourceElement?.closest("form.choosers") || ctx.response.status === 401) location.reload();
  });
}
