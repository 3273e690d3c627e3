import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Argv } from 'yargs';
import { messageOf, UsageError } from '../errors.js';
import type { GradientInput, GradientReport, Precision } from '../gradcheck/index.js';
import type { Command } from './command-line.js';
import { parsePlace, type Place } from './place.js';
import type { Terminal } from './terminal.js';

interface GradcheckOptions {
  readonly place: string;
  readonly input?: readonly string[] | undefined;
  readonly order: number;
  readonly precision: Precision;
  readonly seed: number;
  readonly sweep?: string | undefined;
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
      .option('order', { type: 'number', default: 1, describe: '2: also the second derivative' })
      .option('precision', {
        choices: ['float16', 'float32', 'float64'] as const,
        default: 'float32' as const,
        describe: 'The precision the function is used in',
      })
      .option('seed', { type: 'number', default: 1, describe: 'Of the random directions' })
      .option('sweep', {
        type: 'string',
        describe: 'Print the error of plain differences over all steps; with a file name, draw it as SVG',
      }) as Argv<GradcheckOptions>,
  run: async (options, terminal, root) => {
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
  const { loadFunction } = await import('./user-function.js');
  const { checkGradient } = await import('../gradcheck/index.js');
  const { fn, tf } = await loadFunction(place, root);
  const { order, precision, seed, sweep } = options;
  if (order !== 1 && order !== 2) throw new UsageError(`--order takes 1 or 2, not ${order}.`);
  const how = { tf, order, precision, seed, sweep: sweep !== undefined } as const;
  type Callable = Parameters<typeof checkGradient>[0];
  if (options.input !== undefined) {
    const inputs = options.input.map(parseInput);
    return { report: await checkGradient(fn as Callable, inputs, how), inputs };
  }
  const { lowerFunction } = await import('./lowered-function.js');
  const { ordinaryArguments } = await import('../confirm/ordinary-inputs.js');
  const { found } = await lowerFunction(place, root);
  let refusal: unknown;
  for (const { parameters, tensors } of ordinaryArguments(found[0]!)) {
    const call = (...inputs: unknown[]): unknown =>
      fn(...parameters.map((each) => ('tensor' in each ? inputs[each.tensor] : each.value)));
    Object.defineProperty(call, 'name', { value: fn.name });
    const inputs = tensors as readonly GradientInput[];
    try {
      return { report: await checkGradient(call as unknown as Callable, inputs, how), inputs };
    } catch (error) {
      refusal ??= error; // the first shapes are the likeliest
    }
  }
  throw new UsageError(
    `No inputs could be made for ${place.function}${refusal === undefined ? '' : ` (${messageOf(refusal).slice(0, 200)})`}.`,
    `Give them: --input '[[1, 2], [3, 4]]', one for each parameter; or write @shape and @range into its JSDoc.`,
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
  writeFileSync(path, sweepPlot(sweep));
  terminal.note(`Drawn: ${relative(root, path)}\n`);
}
