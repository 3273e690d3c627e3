import { spawnSync } from 'node:child_process';
import { runIn } from '../../src/cli/command-line.js';
import { compiled } from '../../src/source/compiled.js';

/** The compiled command line, as users start it: `npm test` builds it first. */
export const MAIN = compiled('cli/main.js');

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A command in a folder, in this process: a process of its own spends most of its time on its start. What only a process
 * has (its exit code, what yargs prints by itself, the hook's short cut, colours) is tested by `start`.
 */
export async function gradlint(root: string, ...args: readonly string[]): Promise<Outcome> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const status = await runIn(root, args, {
    out: (text) => void stdout.push(text),
    note: (text) => void stderr.push(text),
    status: () => {},
    colour: false,
    width: 120,
  });
  return { status, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** A command in a folder, as users start it. */
export function start(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  node: readonly string[] = [],
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, MAIN, ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { status, stdout, stderr };
}

/** Breaks: an exponential of whatever comes. */
export const BROKEN = `import * as tf from '@tensorflow/tfjs';

export function energy(x: tf.Tensor1D) {
  return tf.exp(x).sum();
}
`;

export const SOUND = `import * as tf from '@tensorflow/tfjs';

export const energy = (x: tf.Tensor1D) => tf.exp(tf.clipByValue(x, -20, 20)).sum();
`;

export const SYNTAX_ERROR = `import * as tf from '@tensorflow/tfjs';\nexport const y = tf.exp(;\n`;
