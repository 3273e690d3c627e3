import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { CallArguments } from '../confirm/realm-messages.js';
import { messageOf, PathError, UsageError } from '../errors.js';
import type { GradientInput, GradientReport, Precision } from '../gradcheck/index.js';
import type { Command } from './command.js';
import { refuseOtherThan } from './given-options.js';
import { parsePlace, type Place } from './place.js';
import type { Terminal } from './terminal.js';

interface GradcheckOptions {
  readonly place: string;
  readonly input?: readonly string[] | undefined;
  readonly order: number;
  readonly precision: Precision;
  readonly seed: number;
  readonly sweep?: string | undefined;
  readonly timeout: number;
  readonly memory: number;
}

export const gradcheckCommand: Command<GradcheckOptions> = {
  usage: 'gradcheck <place>',
  summary: 'Check the gradient of a function: `gradcheck file.ts#loss --input "[1, 2]"`',
  options: (parser: Argv) =>
    parser
      .positional('place', { type: 'string', demandOption: true, describe: 'file.ts#function' })
      .option('input', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'An input as JSON, one a parameter; else from types, JSDoc and use',
      })
      .option('order', {
        type: 'number',
        requiresArg: true,
        default: 1,
        describe: '2: also the second derivative',
      })
      .option('precision', {
        choices: ['float16', 'float32', 'float64'] as const,
        default: 'float32' as const,
        requiresArg: true,
        describe: 'The precision the function is used in',
      })
      .option('seed', { type: 'number', requiresArg: true, default: 1, describe: 'Of the random directions' })
      .option('sweep', {
        type: 'string',
        describe: 'Print the error of plain differences over all steps; with a file name, draw it as SVG',
      })
      .option('timeout', {
        type: 'number',
        requiresArg: true,
        default: 120,
        describe: 'Seconds that the check may take',
      })
      .option('memory', {
        type: 'number',
        requiresArg: true,
        default: 2048,
        describe: 'Megabytes that it may use',
      }) as Argv<GradcheckOptions>,
  run: async (options, terminal, root) => {
    refuseOtherThan('positive', { timeout: options.timeout, memory: options.memory });
    refuseOtherThan('whole', { seed: options.seed });
    const place = parsePlace(options.place, root);
    const report = await check(options, place, root);
    const { failureText } = await import('../matchers/to-have-correct-gradient.js');
    terminal.out(`${failureText(report.report, report.inputs)}\n`);
    await showSweep(report.report, options.sweep, terminal, root);
    return report.report.ok ? 0 : 1;
  },
};

interface Checked {
  readonly report: GradientReport;
  readonly inputs: readonly GradientInput[];
}

async function check(options: GradcheckOptions, place: Place, root: string): Promise<Checked> {
  const { order, precision, seed, sweep } = options;
  if (order !== 1 && order !== 2) throw new UsageError(`--order takes 1 or 2, not ${order}.`);
  const file = existing(place, root);
  const attempts =
    options.input === undefined
      ? await synthesised(place, root)
      : [{ tensors: options.input.map(parseInput) }];
  const { CheckRealm, CheckRefused } = await import('../confirm/check-realm.js');
  const limits = { milliseconds: 1000 * options.timeout, memoryMb: options.memory };
  const realm = await CheckRealm.load(file, place.file, place.function, limits);
  try {
    const how = { order, precision, seed, sweep: sweep !== undefined } as const;
    const { report, attempt } = await realm.check(attempts, how);
    return { report, inputs: attempts[attempt]!.tensors };
  } catch (error) {
    if (options.input !== undefined || !(error instanceof CheckRefused)) throw error;
    throw noInputs(place, messageOf(error));
  } finally {
    realm.close();
  }
}

/** Arguments from types, JSDoc and use: the likeliest shapes first. */
async function synthesised(place: Place, root: string): Promise<readonly CallArguments[]> {
  const { lowerFunction } = await import('./lowered-function.js');
  const { ordinaryArguments } = await import('../confirm/ordinary-inputs.js');
  const { found } = await lowerFunction(place, root);
  const attempts = [...ordinaryArguments(found[0]!)];
  if (attempts.length === 0) throw noInputs(place);
  return attempts;
}

function noInputs(place: Place, why?: string): UsageError {
  return new UsageError(
    `No inputs could be made for ${place.function}${why === undefined ? '' : ` (${why.slice(0, 200)})`}.`,
    `Give them: --input '[[1, 2], [3, 4]]', one for each parameter; or write @shape and @range into its JSDoc.`,
  );
}

function existing({ file, function: name }: Place, root: string): string {
  const path = resolve(root, file);
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw new PathError(`${file} cannot be read: ${messageOf(error)}`);
  }
  if (name === 'default')
    throw new UsageError(
      'default is no name that a function has in its file.',
      'Name it as the file does, and give it a name where it has none.',
    );
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return path;
  throw new UsageError(
    `${name} cannot be called from outside.`,
    'Name a function that stands at the top level of the file, or wrap the method in one.',
  );
}

function parseInput(text: string): GradientInput {
  try {
    return JSON.parse(text) as GradientInput;
  } catch {
    throw new UsageError(
      `--input ${text} is no JSON.`,
      "Write a number or nested arrays: --input '[1, 2.5]'.",
    );
  }
}

async function showSweep(
  { sweep }: GradientReport,
  file: string | undefined,
  terminal: Terminal,
  root: string,
): Promise<void> {
  if (sweep === undefined || file === undefined) return;
  const { sweepTable } = await import('../gradcheck/sweep-table.js');
  terminal.out(`\n${sweepTable(sweep)}\n`);
  if (file === '') return;
  const { sweepPlot } = await import('../gradcheck/sweep-plot.js');
  const path = resolve(root, file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, sweepPlot(sweep));
  } catch (error) {
    throw new UsageError(`The curves ${file} cannot be written: ${messageOf(error)}.`);
  }
  terminal.note(`Drawn: ${relative(root, path)}\n`);
}
