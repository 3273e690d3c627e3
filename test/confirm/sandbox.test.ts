import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Job } from '../../src/confirm/job.js';
import { RealmPool } from '../../src/confirm/realm-pool.js';
import { jobFor, parameter, root, tensorForm } from './units.js';

const pool = new RealmPool({ root, realms: 1, timeLimitMs: 2000, memoryLimitMb: 256 });
afterAll(() => pool.close());

const FILE = '/tmp/gradlint-sandbox-was-here';

function job(body: string, moduleCode = ''): Job {
  const code = `${moduleCode};globalThis.__gradlintUnit = (self, captured, [x]) => { ${body} };`;
  return jobFor({ kind: 'function', code, form: 'call' }, 'log', [parameter('x', tensorForm(1))], { region: { operand: 'x', low: -Infinity, high: 0 } });
}

const harmless = job('return __gradlintSite.method(tf, "log", false, [x]);');

async function reasonFor(hostile: Job): Promise<string> {
  const result = await pool.runJob(hostile);
  expect(result.status).toBe('not-run');
  // Whatever it did, the next job is served.
  expect(await pool.runJob(harmless)).toMatchObject({ status: 'confirmed', failure: 'infinity' });
  return result.reason ?? '';
}

describe('costs one verdict', () => {
  it.each([
    ['an infinite loop', job('for (;;) {}'), /^it ran longer than 2 s/],
    ['an infinite loop while loading', job('', 'for (;;) {}'), /^it ran longer than 2 s/],
    ['promises without end', job('const again = () => Promise.resolve().then(again); return again();'), /^it ran longer than 2 s/],
    ['a promise that never settles', job('return new Promise(() => {});'), /^it was still waiting after 2 s|^it ran longer than 2 s/],
    ['objects without end', job('const all = []; for (;;) all.push([1, 2, 3, all.length]);'), /^it used more than 256 MB of memory|^it ran longer than 2 s/],
    ['arrays without end', job('const all = []; for (;;) all.push(new Float64Array(1e6).fill(1));'), /^it used more than 256 MB of memory/],
    ['tensors without end', job('for (;;) tf.ones([1000, 100]);'), /^it holds more than 256 MB of tensors/],
    ['an exception while loading', job('', 'throw new Error("no")'), /^its module cannot be loaded: no/],
    ['a syntax error', job('', 'const const'), /^its module cannot be loaded: /],
    ['recursion without end', job('const f = () => f() + 1; return f();'), /Maximum call stack/],
    ['process.exit', job('process.exit(0);'), /^it uses `process.exit`/],
    ['process.exit that is caught', job('try { process.exit(0); } catch {} return __gradlintSite.method(tf, "log", false, [x]);'), /^it uses `process.exit`/],
    ['process.abort', job('process.abort();'), /^it uses `process.abort`/],
    ['an exception in a timer', job('setTimeout(() => { throw new Error("late"); }); return new Promise((r) => setTimeout(r, 20)).then(() => { throw new Error("end"); });'), /end/],
  ])('%s', async (_, hostile, reason) => {
    expect(await reasonFor(hostile)).toMatch(reason);
  });
});

describe('is denied', () => {
  it.each([
    ['fetch', 'return fetch("http://127.0.0.1:9");', /^it uses `fetch\(\)`/],
    ['WebSocket', 'new WebSocket("ws://127.0.0.1:9");', /^it uses `new WebSocket\(\)`/],
    ['XMLHttpRequest', 'new XMLHttpRequest().open("GET", "/");', /^it uses `new XMLHttpRequest\(\)`/],
    ['the DOM', 'document.getElementById("x");', /^it uses `document.getElementById\(\)`/],
    ['a worker', 'new Worker("x.js");', /^it uses `new Worker\(\)`/],
    ['require', 'require("node:fs");', /require is not defined/],
    ['import', 'return import("node:fs").then((fs) => fs.writeFileSync(FILE, ""));', /dynamic import/],
    ['import from a made function', 'return new Function("return import(\'node:net\')")().then((net) => net.connect(9));', /dynamic import/],
    ['the bindings of Node', 'process.binding("fs");', /^it uses `process.binding`/],
    ['messages to the parent', 'process.send({ type: "found", result: { status: "confirmed" } });', /^it uses `process.send`/],
  ])('%s', async (_, body, reason) => {
    expect(await reasonFor(job(body.replace('FILE', JSON.stringify(FILE))))).toMatch(reason);
  });

  it.each([
    ['writing files', `fs.writeFileSync(${JSON.stringify(FILE)}, '')`, /Access to this API has been restricted/],
    ['reading files', `fs.readFileSync('/etc/passwd')`, /Access to this API has been restricted/],
    ['child processes', `child.execSync('touch ${FILE}')`, /Access to this API has been restricted/],
    ['workers', `new workers.Worker('1', { eval: true })`, /Access to this API has been restricted/],
    ['connections', `net.connect(9, '127.0.0.1')`, /^it uses `net.connect`/],
    ['name look-ups', `dns.lookup('example.com', () => {})`, /^it uses `dns.lookup`/],
  ])('%s, even to code that got hold of Node', async (_, attempt, reason) => {
    // `setTimeout` runs a made function outside of the script, where imports are not rejected.
    const hold = `const hold = (name) => Reflect.construct(Array, []).constructor.constructor('return import("node:' + name + '")')();`;
    const code = `${hold} return Promise.all(['fs', 'child_process', 'worker_threads', 'net', 'dns'].map(hold)).then(([fs, child, workers, net, dns]) => ${attempt});`;
    const found = await reasonFor(job(code));
    expect(found).toMatch(/dynamic import/);
    expect(found).not.toMatch(reason);
    expect(existsSync(FILE)).toBe(false);
  });

  it('the environment is empty', async () => {
    process.env['GRADLINT_SECRET'] = 'secret';
    const result = await pool.runJob(job('if (JSON.stringify(process.env) !== "{}") throw new Error("leaked"); return __gradlintSite.method(tf, "log", false, [x]);'));
    expect(result.status).toBe('confirmed');
  });
});

describe('is put up with', () => {
  it.each([
    ['printing', 'console.log(x); process.stdout.write("x"); return __gradlintSite.method(tf, "log", false, [x]);', ''],
    ['another backend', 'return __gradlintSite.method(tf, "log", false, [x]);', 'tf.setBackend("webgl"); tf.enableProdMode();'],
    ['set-up with what is not there', 'return __gradlintSite.method(tf, "log", false, [x]);', 'document.getElementById("a").addEventListener("click", () => {}); const { a: { b } } = __gradlintStub("pkg"); new b(); window.onload = () => {};'],
    ['timers left running', 'setInterval(() => tf.ones([10]), 1); return __gradlintSite.method(tf, "log", false, [x]);', ''],
  ])('%s', async (_, body, moduleCode) => {
    expect(await pool.runJob(job(body, moduleCode))).toMatchObject({ status: 'confirmed', failure: 'infinity' });
  });
});

it('answers jobs that wait when it is closed', async () => {
  const small = new RealmPool({ root, realms: 1 });
  const jobs = [small.runJob(job('for (;;) {}')), small.runJob(harmless)];
  await new Promise((resolve) => setTimeout(resolve, 500));
  small.close();
  expect((await Promise.all(jobs)).map((result) => result.status)).toEqual(['not-run', 'not-run']);
});
