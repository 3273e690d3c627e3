import { setFlagsFromString } from 'node:v8';

/**
 * What the optimising compiler of V8 is told for a process of a few seconds, by the major version of V8: wait longer
 * before it compiles a function (in bytes of bytecode that ran; 132 KiB by default), and inline less (bytes of
 * bytecode; 920 by default). Untold, it spends as much processor time on code that has nearly done its work as the
 * analysis takes. From Node 24 on a quicker compiler runs first, and nothing is gained.
 */
const FLAGS = new Map<string, readonly string[]>([
  // Node 20
  ['11', ['--interrupt-budget=400000', '--max-inlined-bytecode-size-cumulative=200']],
  // Node 22
  ['12', ['--max-inlined-bytecode-size-cumulative=200']],
]);

/** To be called before much has run, and only by a program that owns its process: the flags hold for all of it. */
export function compileLess(): void {
  for (const flag of FLAGS.get(process.versions.v8.split('.')[0]!) ?? []) setFlagsFromString(flag);
}
