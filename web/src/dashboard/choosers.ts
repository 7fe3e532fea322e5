// The form of choosers is a plain GET form; these few lines make it pleasant.

function form(): HTMLFormElement | null {
  return document.querySelector("form.choosers");
}

/** Offers the browser's own time zone first. */
function ownZone(): void {
  const select = form()?.querySelector<HTMLSelectElement>('select[name="tz"]');
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const listed = select && [...select.options].find((o) => o.value === own);
  if (listed && !listed.text.includes("yours")) listed.text += " (yours)";
}

export function watchChoosers(): void {
  ownZone();
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
