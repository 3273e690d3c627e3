import { loadShippedTests, shippedTestFiles } from './shipped-tests.js';
const t0 = performance.now();
const files = shippedTestFiles().filter((f) => process.argv[2] === undefined || new RegExp(process.argv[2]).test(f));
const s = await loadShippedTests(files, (tf) => tf);
console.log('bundle', performance.now() - t0, files.length);
let passed = 0, failed = 0;
for (const [name, load] of Object.entries(s.files)) {
  const t = performance.now();
  try { await load(); const c = await s.jasmine.run(); passed += c.passed; failed += c.failed;
    const ms = performance.now() - t;
    if (c.failed || ms > 500) console.log(name, c.passed, c.failed, ms.toFixed(0), c.failures.slice(0, 4).map(x => x.slice(0, 200)));
  } catch (e) { console.log(name, 'CANNOT', (e as Error).message); }
}
console.log({ passed, failed }, performance.now() - t0);
process.exit(0);
