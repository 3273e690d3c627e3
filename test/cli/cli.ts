import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The compiled command line, as users start it: `npm test` builds it first. */
export const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function gradlint(root: string, ...args: readonly string[]): Outcome {
  return run(root, args, {});
}

export function run(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
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
