import { expect, test } from 'vitest';
import type { Renderer } from '../../src/report/render/context.js';
import { github } from '../../src/report/render/github.js';
import { htmlReport } from '../../src/report/render/html.js';
import { json } from '../../src/report/render/json.js';
import { markdown } from '../../src/report/render/markdown.js';
import { stylish } from '../../src/report/render/stylish.js';
import { clean, context, finding, report, sample } from './sample.js';

/** The snapshots are what a user sees: read them as one. */
const snapshots: Readonly<Record<string, Renderer>> = {
  'stylish.txt': stylish,
  'report.json': json,
  'report.md': markdown,
  'github.txt': github,
  'report.html': htmlReport,
};

for (const [file, render] of Object.entries(snapshots)) {
  test(`${render.name} shows the sample`, async () => {
    await expect(render(sample, context)).toMatchFileSnapshot(`__snapshots__/${file}`);
  });
}

test('a clean report says so, and what was looked at', () => {
  expect(stylish(clean, context)).toBe(
    '✔ Nothing found\n  23 functions and 1,042 tensor operations in 6 of 14 files, 1.2 s\n',
  );
  expect(markdown(clean, context)).toContain('**Nothing found.** 23 functions');
  expect(github(clean, context)).toBe('Nothing found\n');
  expect(htmlReport(clean, context)).toContain('Nothing breaks here');
});

test('quiet leaves out all but errors, and says what it left out', () => {
  const text = stylish(sample, { ...context, quiet: true });
  expect(text).toContain('exp-overflow');
  expect(text).not.toContain('log-near-one');
  expect(text).toContain('not shown: 1 warning, 1 note');
});

test('colour only adds escapes', () => {
  const escapes = new RegExp(String.raw`\u001b\[\d+m`, 'g');
  const coloured = stylish(sample, { ...context, colour: true });
  expect(coloured).toMatch(escapes);
  expect(coloured.replace(escapes, '')).toBe(stylish(sample, context));
});

test('a narrow terminal gets narrow prose and code', () => {
  const lines = stylish(sample, { ...context, width: 60 }).split('\n');
  const prose = lines.filter((line) => /^ {4}(?:\d| {5}│|limit|proof|see|fix)/.test(line));
  expect(prose.filter((line) => line.length > 60)).toEqual([]);
});

test('a file that cannot be read any more is reported without its code', () => {
  const blind = { ...context, readText: () => undefined };
  expect(stylish(sample, blind)).toContain('fails for newLogProbs >= 88.73');
  expect(markdown(sample, blind)).toContain('fails for newLogProbs >= 88.73');
  expect(htmlReport(sample, blind)).not.toContain('<pre');
});

const hostile = '</script><img src=x onerror=alert(1)> " \' & ``` | \u001b[31m \u0007 %25 a\nb';

const attack = report(
  [
    finding({
      message: hostile,
      function: hostile,
      expression: hostile,
      danger: hostile,
      file: hostile,
      related: [
        { file: hostile, start: { line: 1, column: 1 }, end: { line: 1, column: 2 }, message: hostile },
      ],
      verdict: {
        status: 'confirmed',
        failure: 'nan',
        evidence: 'function',
        threshold: hostile,
        reason: hostile,
        witness: { inputs: [{ name: hostile, value: hostile }], observed: { [hostile]: hostile } },
      },
      fixes: [
        {
          title: hostile,
          edits: [
            { file: hostile, start: { line: 1, column: 1 }, end: { line: 1, column: 2 }, text: hostile },
          ],
          proof: null,
        },
      ],
      suppressed: null,
    }),
    finding({ severity: 'info', message: hostile, danger: hostile, function: hostile }),
    finding({ suppressed: { reason: hostile } }),
  ],
  [{ file: hostile, message: hostile }],
);
const attacked = { ...context, readText: () => `${'\n'.repeat(3)}${hostile}` };

test('no text of a report becomes markup in HTML', () => {
  const page = htmlReport(attack, attacked);
  expect(page).not.toContain('<img');
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  expect(page).not.toMatch(/="[^"]*" '/);
});

test('HTML asks nothing of the network and never builds markup in its script', () => {
  const page = htmlReport(sample, context);
  expect(page).not.toMatch(/\b(?:src|href)="(?!#)/);
  expect(page).not.toMatch(/url\(|@import|innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
  expect(page).toContain("default-src 'none'");
});

test('no text of a report steers a terminal', () => {
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  expect(stylish(attack, attacked)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

test('no text of a report ends a workflow command', () => {
  const lines = github(attack, attacked).trimEnd().split('\n');
  expect(lines.filter((line) => !line.startsWith('::'))).toEqual([
    '1 error, 1 note, 1 confirmed by running the code',
  ]);
});

test('no text of a report breaks a Markdown fence or table', () => {
  const text = markdown(attack, attacked);
  expect(text).toContain('````text');
  expect(text.replaceAll(String.raw`\``, '').replace(/(`+)[^`].*?\1/gs, '')).not.toContain('<');
  for (const row of text.split('\n').filter((line) => line.startsWith('| error'))) {
    expect(row.replaceAll(String.raw`\|`, '').split('|')).toHaveLength(7);
  }
});

test('numbers that JSON has not are written as words', () => {
  const witness = { inputs: [{ name: 'x', value: [NaN, -Infinity] }], observed: { y: 1 } };
  const text = json(report([finding({ verdict: { status: 'confirmed', witness } })]));
  expect(JSON.parse(text).findings[0].verdict.witness.inputs[0].value).toEqual(['NaN', '-Infinity']);
});

test('GitHub is told of its limit, and of the folder of the report', () => {
  const many = report(
    Array.from({ length: 14 }, (_, i) => finding({ id: String(i), severity: i < 12 ? 'warning' : 'error' })),
  );
  const lines = github(many, { ...context, prefix: 'packages/a:b/' }).split('\n');
  expect(lines[0]).toContain('::error file=packages/a%3Ab/src/policy.ts,line=4,');
  expect(lines.at(-2)).toBe(
    'GitHub shows 10 annotations of a kind for one step: 2 findings only in this log.',
  );
});
