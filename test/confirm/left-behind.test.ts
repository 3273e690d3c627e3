import { execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, it } from 'vitest';
import { boundToParent } from '../../src/confirm/bound-to-parent.js';
import { MAIN } from '../cli/cli.js';
import { folder } from '../folder.js';

const LOOPS = `import * as tf from '@tensorflow/tfjs';
export const f = (x) => { while (Date.now() > 0) { } return tf.log(tf.softmax(x)).mean(); };
`;

const isPosix = process.platform !== 'win32';

it.runIf(isPosix).each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const)('a function that loops ends with gradlint on %s', async (signal, code) => {
  const { gradlint, realms } = await busy();
  gradlint.kill(signal);
  expect(await once(gradlint, 'exit')).toEqual([code, null]);
  await expect.poll(() => realms.filter(isAlive), { timeout: 5000 }).toEqual([]);
});

it.runIf(process.platform === 'linux')('a function that loops ends with gradlint on SIGKILL', async () => {
  const { gradlint, realms } = await busy();
  gradlint.kill('SIGKILL');
  await once(gradlint, 'exit');
  await expect.poll(() => realms.filter(isAlive), { timeout: 5000 }).toEqual([]);
});

it.runIf(isPosix)('a process that loops ends when its processor time is used up', async () => {
  const script = path.join(folder({ 'loop.js': 'for (;;);' }), 'loop.js');
  const [, signal] = (await once(fork(script, boundToParent([], 1)), 'exit')) as [number, string];
  expect(['SIGXCPU', 'SIGKILL']).toContain(signal);
});

/** A gradlint whose realm runs a function that loops. */
async function busy() {
  const gradlint = spawn(process.execPath, [MAIN, '--no-cache'], {
    cwd: folder({ 'loops.js': LOOPS }),
    stdio: 'ignore',
  });
  const seen = (): Promise<number[]> => Promise.resolve(childrenOf(gradlint.pid!).filter(hasWorked));
  await expect.poll(seen, { timeout: 30_000, interval: 250 }).not.toEqual([]);
  return { gradlint, realms: childrenOf(gradlint.pid!) };
}

function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => Number(parent) === pid && args.join(' ').includes('realm-main'))
    .map(([own]) => Number(own));
}

/** Past what opening a realm takes: it is in the loop. */
function hasWorked(pid: number): boolean {
  const time = execFileSync('ps', ['-p', String(pid), '-o', 'time='], { encoding: 'utf8' });
  return time
    .trim()
    .split(/[:.]/)
    .map(Number)
    .some((part) => part >= 1);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
