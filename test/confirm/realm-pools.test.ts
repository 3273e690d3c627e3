import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { RealmPool } from '../../src/confirm/realm-pool.js';
import { RealmPools } from '../../src/confirm/realm-pools.js';
import { locateTensorFlow } from '../../src/confirm/tensorflow-location.js';
import { folder, type Files } from '../folder.js';
import { root } from './units.js';

/** A TensorFlow.js, so far as it is looked for. */
const tensorFlowIn = (place: string): Files => ({
  [`${place}node_modules/@tensorflow/tfjs/package.json`]: '{ "main": "tfjs.js" }',
  [`${place}node_modules/@tensorflow/tfjs/tfjs.js`]: '',
});

it('looks from the folder of the file, then from the root, then beside gradlint', () => {
  const project = folder({
    ...tensorFlowIn(''),
    ...tensorFlowIn('packages/a/'),
    'packages/a/src/deep/a.ts': '',
    'packages/b/b.ts': '',
  });
  const from = (place: string): string[] =>
    locateTensorFlow([path.join(project, place), project]).map(({ modules, from: where }) =>
      where === 'gradlint' ? where : path.relative(project, modules[0]!),
    );
  const ofRoot = 'node_modules/@tensorflow/tfjs/tfjs.js';
  expect(from('packages/a/src/deep')).toEqual([`packages/a/${ofRoot}`, ofRoot, 'gradlint']);
  expect(from('packages/b')).toEqual([ofRoot, 'gradlint']);
});

it('has one pool for each version', () => {
  const project = folder({ ...tensorFlowIn('packages/a/'), ...tensorFlowIn('packages/b/') });
  const pools = new RealmPools({ root: project });
  const of = (file: string): RealmPool | string => pools.of(path.join(project, file));
  expect(of('packages/a/x.ts')).toBeInstanceOf(RealmPool);
  expect(of('packages/a/src/y.ts')).toBe(of('packages/a/x.ts'));
  expect(of('packages/b/x.ts')).toBeInstanceOf(RealmPool);
  expect(of('packages/b/x.ts')).not.toBe(of('packages/a/x.ts'));
});

it('runs where a package of a monorepo has a TensorFlow.js and the root has none', () => {
  const project = folder({ 'packages/a/package.json': '{}', 'packages/b/package.json': '{}' });
  symlinkSync(path.join(root, 'node_modules'), path.join(project, 'packages/a/node_modules'));
  const pools = new RealmPools({ root: project, own: project });
  expect(pools.of(path.join(project, 'packages/a/x.ts'))).toBeInstanceOf(RealmPool);
  expect(pools.of(path.join(project, 'packages/b/x.ts'))).toBe(
    'TensorFlow.js is not installed where this file looks for it: install `@tensorflow/tfjs` to have it run',
  );
});

it('says what to install where something has to run, as `gradlint gradcheck` has', () => {
  const project = folder({});
  expect(() => locateTensorFlow(project, project)).toThrow(
    expect.objectContaining({
      message: `TensorFlow.js is not installed in ${project}`,
      // That command has no other way: an audit goes on without.
      advice: 'Install `@tensorflow/tfjs` there: what is to run needs it.',
    }),
  );
});

it('says what to install for a backend that is a package of its own', () => {
  const project = folder(tensorFlowIn(''));
  const pools = new RealmPools({ root: project, own: project, backend: 'wasm' });
  expect(pools.of(path.join(project, 'x.ts'))).toBe(
    'the wasm backend of TensorFlow.js is not installed where this file looks for it: install `@tensorflow/tfjs-backend-wasm` to have it run',
  );
});
