import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { compiled } from '../src/source/compiled.js';
import { planted, root } from '../test/support/models.js';
import { quantile, table } from './table.js';

const ROUNDS = 7;
const MAIN = compiled('cli/main.js');

/** What one file takes from the start of the process to its end: what waits whoever commits or asks. */
export function start(): Promise<string> {
  const file = path.join('fixtures/models', planted[0]!.file);
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['Node alone', ['--eval', '0']],
    ['Node, and the compiler loaded', ['--eval', `require('ts-morph')`]],
    ['gradlint, static pass', [MAIN, '--no-confirm', file]],
    ['gradlint, confirmed', [MAIN, file]],
  ];
  const times = commands.map((): number[] => []);
  // In turn: the machine may be slower from one minute to the next.
  for (let round = 0; round < ROUNDS; round += 1)
    commands.forEach(([, args], index) => times[index]!.push(timed(args)));
  const medians = times.map((one) => quantile(one, 0.5));
  return Promise.resolve(
    [
      `## One file from start to end, ${path.basename(file)}, same run\n`,
      table(
        ['', 'median', 'times Node with the compiler'],
        commands.map(([name], index) => [
          name,
          `${(medians[index]! / 1000).toFixed(2)} s`,
          (medians[index]! / medians[1]!).toFixed(1),
        ]),
      ),
    ].join('\n'),
  );
}

function timed(args: readonly string[]): number {
  const started = performance.now();
  const { error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'ignore' });
  if (error !== undefined) throw error;
  return performance.now() - started;
}
