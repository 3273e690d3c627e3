#!/usr/bin/env node
// A commit hook runs this on every commit: nothing is imported before it is known that something has to be done.
const args = process.argv.slice(2);

if (args.includes('--staged') && (await import('./staged-gate.js')).isNothingStaged(process.cwd(), args)) {
  process.stdout.write('✔ Nothing staged uses TensorFlow.js\n');
} else {
  (await import('./compiler-budget.js')).compileLess();
  const { run } = await import('./command-line.js');
  process.exitCode = await run(args);
}
