import { UsageError } from '../errors.js';

/** Options that take a value each time they are given. */
const REPEATABLE = new Set(['_', 'paths', 'report', 'input']);

/**
 * Of what is given twice the last one counts: `npm run lint -- --fail-on never` puts what a person adds behind what the script
 * says. Changes the arguments in place, as yargs wants it.
 */
export function lastOfEach(given: Record<string, unknown>): void {
  for (const [option, value] of Object.entries(given)) {
    if (Array.isArray(value) && !REPEATABLE.has(option)) given[option] = value.at(-1);
  }
}

/** @throws UsageError where an option that takes a value is negated, which to yargs is the value `false` or 0 */
export function refuseNegated(args: readonly string[]): void {
  const negated = args.map((arg) => /^--no-([\w-]+)$/.exec(arg)?.[1]);
  const option = negated.find((name) => name !== undefined && name in EXAMPLES);
  if (option !== undefined)
    throw new UsageError(`--no-${option} is no option.`, `Leave it out, or write --${option} with a value.`);
}

/** @throws UsageError where a number is none, or is below the least that makes sense */
export function refuseOtherThan(
  what: NumberKind,
  options: Readonly<Record<string, number | undefined>>,
): void {
  const { fits, words } = NUMBERS[what];
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined && !fits(value)) throw new UsageError(`--${option} takes ${words}.`);
  }
}

type NumberKind = keyof typeof NUMBERS;

const NUMBERS = {
  positive: { fits: (value: number) => value > 0 && value < Infinity, words: 'a number above 0' },
  whole: { fits: (value: number) => Number.isSafeInteger(value), words: 'a whole number' },
  count: { fits: (value: number) => value >= 0, words: 'a number from 0 on' },
};

/** yargs writes for those who wrote the command line. */
export function inWords(message: string): string {
  if (message.startsWith('Not enough non-option arguments')) return 'The command needs to be told what.';
  const [, bare] = /^Not enough arguments following: (\S+)/.exec(message) ?? [];
  if (bare !== undefined) return `--${bare} needs a value: --${bare} ${EXAMPLES[bare] ?? '…'}.`;
  const choice = /Argument: (\S+), Given: (.*), Choices: (.+)/.exec(message);
  if (choice === null) return message.trim().replace(/\.?$/, '.');
  const [, option, given, choices] = choice;
  const instead = given === '""' || given === 'undefined' ? '' : `, not ${given!.replaceAll('"', '')}`;
  return `--${option} takes ${choices!.replaceAll('"', '')}${instead}.`;
}

/** Options that take a value, and one that each takes. */
const EXAMPLES: Readonly<Record<string, string>> = {
  backend: 'webgl',
  'fail-on': 'warning',
  format: 'json',
  input: "'[1, 2]'",
  'max-warnings': '0',
  memory: '2048',
  order: '2',
  precision: 'float32',
  report: 'report.html',
  seed: '1',
  sweep: 'curves.svg',
  timeout: '120',
};
