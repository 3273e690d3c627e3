/** HTML that is known to be safe: made by `html`, never by hand from text. */
export class Markup {
  constructor(readonly source: string) {}
}

type Part = Markup | string | number | false | undefined | readonly Part[];

/** Builds markup; every value that is not markup is escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((built, text, i) => built + render(parts[i - 1]) + text));
}

function render(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.source;
  return Array.isArray(part) ? part.map(render).join('') : escape(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** Prose in which code stands in backticks. */
export function prose(text: string): Markup[] {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? html`<code>${part.slice(1, -1)}</code>` : html`${part}`));
}
