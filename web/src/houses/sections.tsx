// The sections of the page with their options: the same markup as templates/_sections.html.

import { chosen, isCounted, limitOf, maximum, quantity } from "./choosing.ts";
import { difference, label } from "./price.ts";
import type { Boot, Category, Configuration, Counted, Option, Section } from "./wire.ts";
import { say } from "./words.ts";

export interface Deeds {
  pick(event: Event, category: Category, value: string): void;
  remove(event: Event, category: Category): void;
  /** `done` false: a slider is still being moved. */
  amount(event: Event, category: Counted, amount: number, done: boolean): void;
}

interface Shown {
  boot: Boot;
  configuration: Configuration;
  total: number;
  /** What a limit had to say about a section. */
  notes: Partial<Record<Category, string>>;
  deeds: Deeds;
}

export function Sections(shown: Shown) {
  return shown.boot.sections.map((section) => <OneSection key={section.category} section={section} {...shown} />);
}

function OneSection({ section, ...shown }: Shown & { section: Section }) {
  const { category, title, subtitle } = section;
  const { boot, configuration, notes } = shown;
  const options = boot.options.filter((option) => option.category === category);
  return (
    <section id={category} class="section" data-tp-category={category} aria-labelledby={`${category}-title`}>
      <h2 id={`${category}-title`}>
        {title}
        {subtitle && <span> {subtitle}</span>}
      </h2>
      <div class="options">
        {options.map((option) => <OneOption key={option.value} option={option} required={section.required} {...shown} />)}
      </div>
      {isCounted(category) && configuration[category] && <Amount category={category} {...shown} />}
      <p class="note" role="status">{notes[category] ?? ""}</p>
    </section>
  );
}

function OneOption({ option, required, boot, configuration, total, deeds }: Shown & { option: Option; required: boolean }) {
  const { category, value, name, fact } = option;
  const pressed = chosen(configuration, category) === value;
  const removes = pressed && !required && !isCounted(category);
  const amount = difference(configuration, option, boot, total);
  return (
    <button
      type="submit"
      class="option"
      name={category}
      value={removes ? "" : value}
      formaction={`/konfigurator#${category}`}
      aria-pressed={pressed}
      data-tp-element="option"
      data-tp-value={value}
      onClick={(event) => (removes ? deeds.remove(event, category) : deeds.pick(event, category, value))}
    >
      <span class={`swatch ${category} ${value}`} aria-hidden="true" />
      <span class="words">
        <b>{name}</b>
        <small>{fact}</small>
      </span>
      <span class="price">{label(pressed ? 0 : amount, boot.language, boot.texts["included"]!)}</span>
    </button>
  );
}

function Amount({ category, boot, configuration, deeds }: Shown & { category: Counted }) {
  const { texts } = boot;
  const held = quantity(configuration, category);
  const most = maximum(limitOf(category, boot)!, configuration.nest, boot);
  const name = category === "fenster" ? "fenster_m2" : category;
  const unit = texts[`unit_${category}`]!;
  const step = (to: number, text: string, sign: string) => (
    <button
      type="submit"
      class="step"
      name={name}
      value={String(Math.min(to, most))}
      formaction={`/konfigurator#${category}`}
      aria-label={text}
      aria-disabled={to > most}
      data-tp-element={to > held ? "more" : "less"}
      onClick={(event) => deeds.amount(event, category, to, true)}
    >
      {sign}
    </button>
  );
  return (
    <div class="amount">
      {step(held - 1, texts[`less_${category}`]!, "−")}
      <div class="slider">
        <input
          type="range"
          min="0"
          max={String(most)}
          value={String(held)}
          aria-label={texts[`amount_${category}`]!}
          aria-valuetext={`${held} ${unit}`}
          onInput={(event) => deeds.amount(event, category, Number(event.currentTarget.value), false)}
          onChange={(event) => deeds.amount(event, category, Number(event.currentTarget.value), true)}
        />
        <p>
          <output>{held} {unit}</output>
          <span>{say(texts["at_most"]!, `${most} ${unit}`)}</span>
        </p>
      </div>
      {step(held + 1, texts[`more_${category}`]!, "+")}
      <button
        type="submit"
        class="remove"
        name={category}
        value=""
        formaction={`/konfigurator#${category}`}
        data-tp-element="remove"
        onClick={(event) => deeds.remove(event, category)}
      >
        {texts["remove"]}
      </button>
    </div>
  );
}

