import { execFileSync, fork } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CpuRealmKind } from '../../src/confirm/realm.js';
import type { Answer, Request } from './process.js';

const root = path.resolve(import.meta.dirname, '../..');

/** Versions of TensorFlow.js that are compared; the first is the one this project is developed with. */
export const VERSIONS = ['4.22.0', '4.0.0', '3.21.0', '2.8.6'] as const;

/** The entry of a version: the installed one, or one that is brought into a temporary folder and stays there. */
export function entryOf(version: string): string {
  const installed = createRequire(path.join(root, 'package.json'));
  const own = installed('@tensorflow/tfjs/package.json') as { version: string };
  if (own.version === version) return installed.resolve('@tensorflow/tfjs');
  const folder = path.join(tmpdir(), 'gradlint-census', version);
  const manifest = path.join(folder, 'package.json');
  const find = createRequire(manifest);
  if (!existsSync(path.join(folder, 'node_modules/@tensorflow/tfjs/package.json'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(manifest, '{ "private": true }\n');
    const wanted = `@tensorflow/tfjs@${version}`;
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', wanted], {
      cwd: folder,
      stdio: 'ignore',
    });
  }
  return find.resolve('@tensorflow/tfjs');
}

/** Runs the census in one precision of one version. */
export function run(kind: CpuRealmKind, module: string, ops?: readonly string[]): Promise<Answer> {
  const child = fork(path.join(import.meta.dirname, 'process.ts'), [], {
    execArgv: process.execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as Answer));
    child.once('exit', (code) => reject(new Error(`the census of ${module} ended with code ${code}`)));
    child.send({ kind, module, ops } satisfies Request);
  });
}
