// The end of the page: what was chosen and what each choice adds; and the bar with the total.

import { isCounted, quantity } from "./choosing.ts";
import { breakdown, euro, instalment } from "./price.ts";
import type { Boot, Configuration } from "./wire.ts";
import { say } from "./words.ts";

interface Shown {
  boot: Boot;
  configuration: Configuration;
  total: number;
}

export function Overview({ boot, configuration, total }: Shown) {
  const { language, texts } = boot;
  return (
    <>
      <h2 id="overview-title">{texts["overview"]}</h2>
      <dl>
        {breakdown(configuration, boot).map(({ category, value, amount }) => (
          <div key={category}>
            <dt>
              <span>{boot.sections.find((one) => one.category === category)!.title}</span>
              {" "}
              {boot.options.find((one) => one.category === category && one.value === value)?.name}
              {isCounted(category) && `, ${quantity(configuration, category)} ${texts[`unit_${category}`]}`}
            </dt>
            <dd>{amount ? euro(amount, language) : texts["included"]}</dd>
          </div>
        ))}
        <div class="sum">
          <dt>{texts["total"]}</dt>
          <dd>{euro(total, language)}</dd>
        </div>
      </dl>
      <p class="fine">{say(texts["price_note"]!, boot.table.version)}</p>
    </>
  );
}

interface BarShown extends Shown {
  onReset(event: Event): void;
  onBuild(): void;
}

export function Bar({ boot, total, onReset, onBuild }: BarShown) {
  const { language, table, texts } = boot;
  const monthly = euro(instalment(total, table), language);
  return (
    <>
      <form action="/konfigurator" onSubmit={onReset}>
        {language === "en" && <input type="hidden" name="lang" value="en" />}
        <button type="submit" class="plain" data-tp-category="footer" data-tp-element="reset">{texts["reset"]}</button>
      </form>
      <p class="total">
        <output aria-live="polite" aria-label={texts["total"]!}>{euro(total, language)}</output>
        <span>{say(texts["monthly"]!, monthly, String(table.instalment.months))}</span>
      </p>
      <button type="button" class="build" data-tp-category="footer" data-tp-element="build_now" onClick={onBuild}>{texts["build"]}</button>
    </>
  );
}
