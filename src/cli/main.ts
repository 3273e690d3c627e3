#!/usr/bin/env node
// A commit hook runs this on every commit: nothing is imported before it is known that something has to be done.
const args = process.argv.slice(2);

const isOver = async (): Promise<boolean> =>
  (await import('./staged-gate.js')).isNothingStaged(process.cwd(), args);

if (args.includes('--staged') && (await isOver())) {
  process.stdout.write('✔ Nothing staged uses TensorFlow.js\n');
} else {
  (await import('./compiler-budget.js')).compileLess();
  const { run } = await import('./command-line.js');
  process.exitCode = await run(args);
}
