import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GroupQueue } from '../../src/audit/group-queue.js';
import { analyseShare, type Share, type ShareOptions } from '../../src/audit/share.js';
import { analyseSideBySide } from '../../src/audit/side-by-side.js';
import { threadsFor } from '../../src/audit/threads.js';
import { discover } from '../../src/source/discover.js';

const root = path.resolve(import.meta.dirname, '../..');
const options: ShareOptions = { root, confirm: 'off', backend: 'cpu', unusedSuppressions: true };

/** Each program of `fixtures/models` imports nothing of the others. */
const groups = (await discover(root, ['fixtures/models'])).map((file) => [file]);
const texts = new Map(groups.flat().map((file) => [file, readFileSync(file, 'utf8')]));

const inOrder = (shares: readonly Share[]) => ({
  findings: shares
    .flatMap(({ findings }) => findings)
    .map(({ file, start, rule }) => `${file}:${start.line}:${start.column} ${rule}`)
    .sort(),
  preconditions: shares.flatMap(({ preconditions }) => preconditions).length,
  functions: shares.reduce((sum, { counts }) => sum + counts.functions, 0),
});

describe('a large audit in several threads', () => {
  it('finds what one thread finds', async () => {
    const readFile = (file: string): string | undefined => texts.get(file);
    const { share } = await analyseShare(options, { groups, readFile });
    const ended: string[] = [];
    const onEnded = (why: string): number => ended.push(why);
    const shares = await analyseSideBySide(options, { groups, texts, threads: 3, onEnded });
    expect(ended).toEqual([]);
    expect(shares).toHaveLength(3);
    expect(share.findings.length).toBeGreaterThan(10);
    expect(inOrder(shares)).toEqual(inOrder([share]));
  });

  it('analyses here what a thread has no memory for', async () => {
    const { share } = await analyseShare(options, { groups, readFile: (file) => texts.get(file) });
    const ended: string[] = [];
    const onEnded = (why: string): number => ended.push(why);
    const shares = await analyseSideBySide(options, { groups, texts, threads: 2, memoryLimitMb: 4, onEnded });
    expect(ended).toEqual([expect.stringMatching(/memory/)]);
    expect(inOrder(shares)).toEqual(inOrder([share]));
  });

  it('counts together what the threads have confirmed', async () => {
    const some = groups.filter(([file]) => /kmeans|ppo|vae/i.test(file!));
    const events: string[] = [];
    const shares = await analyseSideBySide(
      { ...options, confirm: 'function' },
      { groups: some, texts, threads: 2, onConfirmed: ({ done, total }) => events.push(`${done}/${total}`) },
    );
    const manifest = shares
      .flatMap(({ findings }) => findings)
      .filter(({ verdict }) => verdict.status !== 'not-run');
    expect(manifest.length).toBeGreaterThan(2);
    expect(events.at(-1)).toBe(`${events.length}/${events.length}`);
  });
});

describe('threads', () => {
  it('take each group once', () => {
    const all = [['a'], ['b'], ['c', 'd']];
    const queue = new GroupQueue(all);
    const [first, second] = [queue.takenBy(1), new GroupQueue(all, queue.taken).takenBy(2)].map((groups) =>
      groups[Symbol.iterator](),
    );
    expect(first!.next().value).toEqual(['a']);
    expect(second!.next().value).toEqual(['b']);
    expect(first!.next().value).toEqual(['c', 'd']);
    expect(second!.next().done).toBe(true);
    expect([queue.of(1), queue.of(2)]).toEqual([[['a'], ['c', 'd']], [['b']]]);
  });

  it('are as many as the text pays for, and no more than processors and groups', () => {
    const long = (megabytes: number) => new Map([['a.ts', 'x'.repeat(megabytes * 1e6)]]);
    const parts = (count: number) => Array.from({ length: count }, (_, at) => [`${at}.ts`]);
    expect(threadsFor(parts(8), long(1), 8, false)).toBe(1);
    expect(threadsFor(parts(8), long(2), 8, false)).toBe(2);
    expect(threadsFor(parts(2), long(9), 8, false)).toBe(2);
    expect(threadsFor(parts(8), long(9), 3, false)).toBe(3);
    expect(threadsFor(parts(8), long(9), 16, false)).toBe(4);
    // Two processes for each confirm what it found.
    expect(threadsFor(parts(8), long(9), 2, true)).toBe(1);
    expect(threadsFor(parts(8), long(9), 6, true)).toBe(3);
  });
});
