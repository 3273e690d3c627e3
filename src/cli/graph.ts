import type { Argv } from 'yargs';
import type { BackendName } from '../facts/backend.js';
import type { Span } from '../source/span.js';
import { backendOption } from './backend-option.js';
import type { Command } from './command.js';
import { lowerFunction } from './lowered-function.js';
import { parsePlace } from './place.js';
import { relativePath } from '../source/relative-path.js';

interface GraphOptions {
  readonly place: string;
  readonly backend: BackendName;
}

export const graphCommand: Command<GraphOptions> = {
  usage: 'graph <place>',
  summary: 'Print the tensor program of a function, with what is known of each value',
  options: (parser: Argv) =>
    parser
      .positional('place', { type: 'string', demandOption: true, describe: 'file.ts#function' })
      .option('backend', backendOption),
  run: async ({ place: text, backend }, terminal, root) => {
    const place = parsePlace(text, root);
    const { project, found } = await lowerFunction(place, root, backend);
    const { printUnit } = await import('../program/print.js');
    const source = {
      textOf: (span: Span) => project.load(span.file)?.source.text.slice(span.start, span.end) ?? '',
      placeOf: (span: Span) => {
        const { line } = project.load(span.file)!.source.getLineAndCharacterOfPosition(span.start);
        return `${relativePath(root, span.file)}:${line + 1}`;
      },
    };
    terminal.out(found.map((unit) => printUnit(unit, source)).join('\n'));
    return 0;
  },
};
