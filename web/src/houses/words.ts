// Sentences of the page with one place to fill, marked {}.

export function say(sentence: string, ...values: string[]): string {
  return values.reduce((text, value) => text.replace("{}", value), sentence);
}
