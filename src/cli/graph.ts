import { relative, resolve, sep } from 'node:path';
import type { Argv } from 'yargs';
import { GradlintError, PathError, UsageError } from '../errors.js';
import type { LoweredUnit } from '../program/lowering.js';
import type { LoweredProject } from '../program/project.js';
import type { Span } from '../source/span.js';
import type { Command } from './command-line.js';
import { functionIn, parsePlace, type Place } from './place.js';

interface GraphOptions {
  readonly place: string;
}

export const graphCommand: Command<GraphOptions> = {
  usage: 'graph <place>',
  summary: 'Print the tensor program of a function, with what is known of each value',
  options: (parser: Argv) =>
    parser.positional('place', { type: 'string', demandOption: true, describe: 'file.ts#function' }),
  run: async ({ place: text }, terminal, root) => {
    const place = parsePlace(text, root);
    const file = resolve(root, place.file);
    const { lowerProject, Project } = await import('../program/project.js');
    const { printUnit } = await import('../program/print.js');
    const project = new Project();
    const module = project.load(file);
    if (module === undefined)
      throw new PathError(`${place.file} cannot be read: ${project.problems.get(file)}.`);
    const lowered = lowerProject(project, [file], { everything: true });
    const [failure] = lowered.failures;
    if (failure !== undefined) throw new GradlintError(`${place.file}: ${failure.message}`);
    const units = unitsIn(file, lowered);
    const found = units.filter(({ unit }) => functionIn(place, unit.name));
    if (found.length === 0) throw noSuchFunction(place, units);
    const source = {
      textOf: (span: Span) => project.load(span.file)?.source.text.slice(span.start, span.end) ?? '',
      placeOf: (span: Span) => {
        const { line } = project.load(span.file)!.source.getLineAndCharacterOfPosition(span.start);
        return `${relative(root, span.file).split(sep).join('/')}:${line + 1}`;
      },
    };
    terminal.out(found.map((unit) => printUnit(unit, source)).join('\n'));
    return 0;
  },
};

/** Functions that others call are only lowered as part of those: each is lowered again on its own. */
function unitsIn(file: string, { units, standalone }: LoweredProject): LoweredUnit[] {
  const found = new Map(units.map((unit) => [keyOf(unit.unit.span), unit]));
  const called = units.flatMap(({ nodes }) => nodes.map(({ within }) => within));
  for (const span of called) {
    if (span === undefined || found.has(keyOf(span))) continue;
    const unit = standalone(span);
    if (unit !== undefined) found.set(keyOf(span), unit);
  }
  return [...found.values()].filter(({ unit }) => unit.span.file === file);
}

const keyOf = ({ file, start, end }: Span): string => `${file}:${start}-${end}`;

function noSuchFunction(place: Place, units: readonly LoweredUnit[]): UsageError {
  const names = [...new Set(units.map(({ unit }) => unit.name))];
  const there =
    names.length === 0 ? 'It has no functions with tensor code.' : `There are: ${names.join(', ')}.`;
  return new UsageError(`${place.file} has no function ${place.function} with tensor code.`, there);
}
