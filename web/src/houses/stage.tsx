// What lies over the preview: a line that names the house, the views, and what can be done with it.

import { CATEGORIES, chosen, isCounted, quantity } from "./choosing.ts";
import type { Boot, Configuration, View } from "./wire.ts";
import { isOpen, VIEWS } from "./views.ts";

interface Shown {
  boot: Boot;
  configuration: Configuration;
  view: View;
  onView(event: Event, view: View): void;
}

export function Stage({ boot, configuration, view, onView }: Shown) {
  const { texts } = boot;
  return (
    <>
      <p class="caption">{caption(boot, configuration, view)}</p>
      <div class="views" role="group" aria-label={texts["views"]!} data-tp-category="preview">
        {VIEWS.filter((one) => isOpen(one, configuration)).map((one) => (
          <button
            key={one}
            type="submit"
            form="choose"
            name="view"
            value={one}
            formaction="/konfigurator"
            aria-pressed={one === view}
            data-tp-element="view"
            data-tp-value={one}
            onClick={(event) => onView(event, one)}
          >
            {texts[`view_${one}`]}
          </button>
        ))}
      </div>
    </>
  );
}

const NAMED: Record<View, readonly string[]> = {
  exterior: ["nest", "gebaeudehuelle"],
  interior: ["innenverkleidung", "fussboden"],
  pv: ["pvanlage"],
  fenster: ["fenster"],
};

/** The picture in words: of the present view's categories, what is chosen. */
export function caption(boot: Boot, configuration: Configuration, view: View): string {
  return CATEGORIES.filter((category) => NAMED[view].includes(category))
    .map((category) => {
      const option = boot.options.find((one) => one.category === category && one.value === chosen(configuration, category));
      const count = isCounted(category) ? `, ${quantity(configuration, category)} ${boot.texts[`unit_${category}`]}` : "";
      return option && option.name + count;
    })
    .filter(Boolean)
    .join(" · ");
}

interface ToolsShown {
  boot: Boot;
  saved: "saved" | "local";
  /** Of an inquiry: that it waits, that it could not be taken, that it has arrived. */
  note: "inquiry_waits" | "inquiry_stuck" | "inquiry_sent" | null;
  printHref: string;
  onShare(): void;
  onInquiry(): void;
  onImages(): void;
}

export function Tools({ boot, saved, note, printHref, onShare, onInquiry, onImages }: ToolsShown) {
  const { texts } = boot;
  return (
    <>
      <span class="saved" role="status" data-saved={saved}>{saved === "local" ? texts["saved_locally"] : ""}</span>
      {note === "inquiry_sent" && <span class="saved done" role="status">{texts[note]}</span>}
      {note && note !== "inquiry_sent" && (
        <button type="button" class="tool waits" data-tp-element="inquiry" onClick={onInquiry}>{texts[note]}</button>
      )}
      {boot.images.length > 0 && (
        <button type="button" class="tool" data-tp-element="images" onClick={onImages}>{texts["images"]}</button>
      )}
      <a class="tool" href={printHref} target="_blank" rel="noopener" data-tp-element="print">{texts["print"]}</a>
      <button type="button" class="tool" data-tp-element="share" onClick={onShare}>{texts["share"]}</button>
      <a class="tool" href={boot.language === "en" ? "/konfigurator" : "/konfigurator?lang=en"} hreflang={boot.language === "en" ? "de" : "en"} lang={boot.language === "en" ? "de" : "en"}>{texts["other_language"]}</a>
    </>
  );
}
