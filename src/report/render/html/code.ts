import type { Edit } from '../../report.js';
import type { Frame, FrameLine } from '../frame.js';
import { hunks } from '../patch.js';
import { html, type Markup } from './markup.js';

const TOKEN = new RegExp(
  [
    String.raw`(?<comment>\/\/.*|\/\*.*?(?:\*\/|$))`,
    String.raw`(?<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\x60(?:\\.|[^\x60\\])*\x60)`,
    String.raw`(?<number>\b\d[\d_]*\.?\d*(?:e[+-]?\d+)?\b)`,
    String.raw`(?<keyword>\b(?:as|async|await|break|case|class|const|continue|default|else|export|extends|false|for|from|function|if|import|in|let|new|null|of|return|static|switch|this|throw|true|try|catch|type|typeof|undefined|var|void|while|yield)\b)`,
  ].join('|'),
  'g',
);

/** Colours one line. Texts that run over lines are not followed: a frame may start inside one. */
function coloured(text: string): Markup[] {
  const parts: Markup[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups!).find(([, found]) => found !== undefined)!;
    parts.push(html`${text.slice(end, match.index)}<span class="${kind}">${match[0]}</span>`);
    end = match.index + match[0].length;
  }
  return [...parts, html`${text.slice(end)}`];
}

export function codeFrame({ lines }: Frame): Markup {
  return html`<pre class="code">${lines.map(codeLine)}</pre>`;
}

function codeLine({ number, text, marked, gap }: FrameLine): Markup {
  const { from, to } = marked ?? { from: text.length, to: text.length };
  const mark = marked === undefined ? undefined : html`<mark>${coloured(text.slice(from, to))}</mark>`;
  const rest = gap === true ? html`<span class="line"><span class="gutter">⋮</span></span>` : undefined;
  const code = [coloured(text.slice(0, from)), mark, coloured(text.slice(to)), '\n'];
  return html`<span class="line"><span class="gutter">${number}</span>${code}</span>${rest}`;
}

/** What a fix does to the lines of one file. */
export function diff(text: string, edits: readonly Edit[]): Markup | undefined {
  const changed = hunks(text, edits);
  if (changed === undefined) return undefined;
  return html`<pre class="code diff">
${changed.map(({ line, removed, added }) => [
      removed.map((old, i) => diffLine('removed', String(line + i), old)),
      added.map((changedLine) => diffLine('added', '', changedLine)),
    ])}</pre>`;
}

const diffLine = (kind: 'removed' | 'added', number: string, text: string): Markup =>
  html`<span class="line ${kind}"><span class="gutter">${number}</span>${[coloured(text), '\n']}</span>`;
