import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { Span } from '../source/span.js';
import type { Command } from './command.js';
import { lowerFile, unitsNamed } from './lowered-function.js';
import { parsePlace } from './place.js';
import { relativePath } from '../source/relative-path.js';

interface ShapesOptions {
  readonly place: string;
  readonly format: 'text' | 'json';
}

export const shapesCommand: Command<ShapesOptions> = {
  usage: 'shapes <place>',
  summary: 'Print the source with the shapes of its tensors beside them',
  options: (parser: Argv) =>
    parser
      .positional('place', { type: 'string', demandOption: true, describe: 'file.ts, or file.ts#function' })
      .option('format', {
        describe: 'What to print: text, or json for editors',
        choices: ['text', 'json'] as const,
        default: 'text' as const,
        requiresArg: true,
      }),
  run: async ({ place: text, format }, terminal, root) => {
    const place = text.includes('#') ? parsePlace(text, root) : undefined;
    const path = place?.file ?? text;
    const { project, lowered } = await lowerFile(path, root, { everything: true });
    const { shapeHints } = await import('../program/shapes/shape-hints.js');
    const { inlay, inlayText } = await import('../report/render/inlay.js');
    const file = resolve(root, path);
    const { source } = project.load(file)!;
    // Before functions that others call are lowered as if nobody did: that would tell less of them.
    const units = [...lowered.units];
    const whole: Span = { file, start: 0, end: source.text.length };
    const parts =
      place === undefined ? [whole] : unitsNamed(place, file, lowered).map(({ unit }) => unit.span);
    const shown = parts.map((part) => ({ part, hints: shapeHints(units, file, part) }));
    if (format === 'text') {
      const texts = shown.map(({ part, hints }) =>
        inlayText({ text: source.text, ...part }, hints, terminal.colour),
      );
      terminal.out(texts.join('\n'));
      return 0;
    }
    const hints = shown.flatMap((one) => one.hints);
    const found = inlay(
      relativePath(root, file),
      hints,
      ({ span }) => source.text.slice(span.start, span.end),
      (offset) => {
        const { line, character } = source.getLineAndCharacterOfPosition(offset);
        return { line: line + 1, column: character + 1 };
      },
    );
    terminal.out(`${JSON.stringify(found, undefined, 2)}\n`);
    return 0;
  },
};
