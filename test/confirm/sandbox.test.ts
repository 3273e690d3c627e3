import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Job } from '../../src/confirm/job.js';
import { RealmPool } from '../../src/confirm/realm-pool.js';
import { permissions } from '../../src/confirm/realm-process.js';
import { locateTensorFlow } from '../../src/confirm/tensorflow-location.js';
import { jobFor, parameter, root, tensorForm } from './units.js';

const pool = new RealmPool({ root, realms: 1, timeLimitMs: 1000, memoryLimitMb: 256 });
/** With time enough to fill the memory on a busy machine. */
const patient = new RealmPool({ root, realms: 1, memoryLimitMb: 256 });
afterAll(() => [pool, patient].forEach((each) => each.close()));

const FILE = '/tmp/gradlint-sandbox-was-here';

function job(body: string, moduleCode = ''): Job {
  const code = `${moduleCode};globalThis.__gradlintUnit = (self, captured, [x]) => { ${body} };`;
  return jobFor({ kind: 'function', code, form: 'call' }, 'log', [parameter('x', tensorForm(1))], {
    region: { operand: 'x', low: -Infinity, high: 0 },
  });
}

const harmless = job('return __gradlintSite.method(tf, "log", false, [x]);');

async function reasonFor(hostile: Job, realms = pool): Promise<string> {
  const result = await realms.runJob(hostile);
  expect(result.status).toBe('not-run');
  // Whatever it did, the next job is served.
  expect(await realms.runJob(harmless)).toMatchObject({ status: 'confirmed', failure: 'infinity' });
  return result.reason ?? '';
}

describe('costs one verdict', () => {
  it.each([
    ['an infinite loop', job('for (;;) {}'), /^it ran longer than 1 s/],
    ['an infinite loop while loading', job('', 'for (;;) {}'), /^it ran longer than 1 s/],
    [
      'promises without end',
      job('return (async () => { for (;;) await null; })();'),
      /^it ran longer than 1 s/,
    ],
    [
      'a promise that never settles',
      job('return new Promise(() => {});'),
      /^it was still waiting after 2 s|^it ran longer than 1 s/,
    ],
    [
      'objects without end',
      job('const all = []; for (;;) all.push([1, 2, 3, all.length]);'),
      /^it used more than 256 MB of memory|^it ran longer than 1 s/,
    ],
    ['an exception while loading', job('', 'throw new Error("no")'), /^its module cannot be loaded: no/],
    ['a syntax error', job('', 'const const'), /^its module cannot be loaded: /],
    ['recursion without end', job('const f = () => f() + 1; return f();'), /Maximum call stack/],
    ['process.exit', job('process.exit(0);'), /^it uses `process.exit`/],
    [
      'process.exit that is caught',
      job('try { process.exit(0); } catch {} return __gradlintSite.method(tf, "log", false, [x]);'),
      /^it uses `process.exit`/,
    ],
    ['process.abort', job('process.abort();'), /^it uses `process.abort`/],
    [
      'an exception in a timer',
      job(
        'setTimeout(() => { throw new Error("late"); }); return new Promise((r) => setTimeout(r, 20)).then(() => { throw new Error("end"); });',
      ),
      /end/,
    ],
  ])('%s', async (_, hostile, reason) => {
    expect(await reasonFor(hostile)).toMatch(reason);
  });

  it.each([
    [
      'arrays without end',
      job('const all = []; for (;;) all.push(new Float64Array(1e6).fill(1));'),
      /^it used more than 256 MB of memory/,
    ],
    ['tensors without end', job('for (;;) tf.ones([1000, 100]);'), /^it holds more than 256 MB of tensors/],
  ])('%s', async (_, hostile, reason) => {
    expect(await reasonFor(hostile, patient)).toMatch(reason);
  });
});

const LOG = 'return __gradlintSite.method(tf, "log", false, [x]);';

describe('damages no process but its own:', () => {
  it.each([
    ['tf.engine().reset()', /^it resets TensorFlow\.js or takes its backend away, and gradlint runs on that/],
    ['tf.removeBackend("cpu")', /^it resets TensorFlow\.js or takes its backend away/],
    ['tf.Tensor.prototype.dataSync = () => []', /^it changes `tf\.Tensor\.prototype\.dataSync`/],
    ['Object.freeze(globalThis)', /^it freezes `globalThis`/],
    ['Object.freeze(Array.prototype)', /^it freezes `Array\.prototype`/],
    ['Array.prototype.map = () => []', /^it changes `Array\.prototype\.map`/],
    ['Array.prototype[Symbol.iterator] = null', /^it changes `Array\.prototype\[Symbol\.iterator\]`/],
    ['Promise.prototype.then = () => {}', /^it changes `Promise\.prototype\.then`/],
    ['Map.prototype.get = () => undefined', /^it changes `Map\.prototype\.get`/],
    ['Math.max = () => 0', /^it changes `Math\.max`/],
    ['Math.log = () => NaN', /^it changes `Math\.log`/],
    [
      'Object.defineProperty(Object.prototype, "stays", { value: 1, enumerable: true })',
      /^it adds `Object\.prototype\.stays` for good/,
    ],
  ])('%s', async (damage, reason) => {
    expect(await reasonFor(job(`${damage}; ${LOG}`))).toMatch(reason);
    expect(await reasonFor(job(LOG, damage))).toMatch(reason);
  });
});

it.each([
  ['Math.random = () => 7', 'Math.random() === 7'],
  ['Array.prototype.last = () => 7', '[].last'],
  ['globalThis.setTimeout = () => 7', 'setTimeout(() => {}) === 7'],
  ['tf.enableDebugMode()', 'tf.env().getBool("DEBUG")'],
])('%s is undone', async (change, isLeft) => {
  expect(await pool.runJob(job(LOG, change))).toMatchObject({ status: 'confirmed' });
  expect(await pool.runJob(job(`if (${isLeft}) throw new Error("it is left"); ${LOG}`))).toMatchObject({
    status: 'confirmed',
  });
});

describe('is denied', () => {
  it.each([
    ['fetch', 'return fetch("http://127.0.0.1:9");', /^it uses `fetch\(\)`/],
    ['WebSocket', 'new WebSocket("ws://127.0.0.1:9");', /^it uses `new WebSocket\(\)`/],
    ['XMLHttpRequest', 'new XMLHttpRequest().open("GET", "/");', /^it uses `new XMLHttpRequest\(\)`/],
    [
      'a number from the page',
      'return x.mul(Number(document.getElementById("x").value));',
      /^it uses `document.getElementById\(\)\.value`/,
    ],
    ['a worker', 'new Worker("x.js");', /^it uses `new Worker\(\)`/],
    ['require', 'require("node:fs");', /require is not defined/],
    ['import', 'return import("node:fs").then((fs) => fs.writeFileSync(FILE, ""));', /dynamic import/],
    [
      'import from a made function',
      'return new Function("return import(\'node:net\')")().then((net) => net.connect(9));',
      /dynamic import/,
    ],
    ['the bindings of Node', 'process.binding("fs");', /^it uses `process.binding`/],
    [
      'messages to the parent',
      'process.send({ type: "found", result: { status: "confirmed" } });',
      /^it uses `process.send`/,
    ],
  ])('%s', async (_, body, reason) => {
    expect(await reasonFor(job(body.replace('FILE', JSON.stringify(FILE))))).toMatch(reason);
  });

  it.each([
    ['writing files', `fs.writeFileSync(${JSON.stringify(FILE)}, '')`, 'ERR_ACCESS_DENIED'],
    ['reading files', `fs.readFileSync('/etc/passwd')`, 'ERR_ACCESS_DENIED'],
    ['child processes', `child.execSync('touch ${FILE}')`, 'ERR_ACCESS_DENIED'],
    ['workers', `new workers.Worker('1', { eval: true })`, 'ERR_ACCESS_DENIED'],
    ['bindings', `realProcess.binding('spawn_sync')`, 'ERR_ACCESS_DENIED'],
    ['connections', `net.connect(9, '127.0.0.1')`, 'it uses `net.connect`'],
    ['servers', `net.createServer().listen(0)`, 'it uses `net.listen`'],
    ['name look-ups', `dns.lookup('example.com', () => {})`, 'it uses `dns.lookup`'],
    ['more modules', `require('node:http')`, 'it uses `require`'],
  ])('%s, even to code that gets hold of Node', (_, attempt, reason) => {
    // No way to do so is known, so this is a script of its own, with the same rights.
    const confirm = path.join(root, 'dist', 'src', 'confirm');
    const script = `
      import realProcess from 'node:process';
      import { createRequire } from 'node:module';
      import { Rights } from ${JSON.stringify(path.join(confirm, 'rights.js'))};
      import { Stubs } from ${JSON.stringify(path.join(confirm, 'stubs.js'))};
      const require = createRequire(${JSON.stringify(path.join(confirm, 'rights.js'))});
      const [fs, child, workers, net, dns] = ['fs', 'child_process', 'worker_threads', 'net', 'dns'].map((name) => require('node:' + name));
      const print = fs.writeSync.bind(fs, 1);
      new Rights(new Stubs()).take();
      try { ${attempt}; print('done'); } catch (error) { print(String(error.code ?? '') + error.message); }`;
    const flags = [...permissions(locateTensorFlow(root)[0]!), '--no-warnings', '--input-type=module'];
    const { stdout } = spawnSync(process.execPath, [...flags, '-e', script], {
      encoding: 'utf8',
      cwd: confirm,
    });
    expect(stdout).toContain(reason);
    expect(existsSync(FILE)).toBe(false);
  });

  it('the environment is empty', async () => {
    process.env['GRADLINT_SECRET'] = 'secret';
    const result = await pool.runJob(
      job(
        'if (JSON.stringify(process.env) !== "{}") throw new Error("leaked"); return __gradlintSite.method(tf, "log", false, [x]);',
      ),
    );
    expect(result.status).toBe('confirmed');
  });
});

describe('is put up with', () => {
  it.each([
    [
      'printing',
      'console.log(x); process.stdout.write("x"); return __gradlintSite.method(tf, "log", false, [x]);',
      '',
    ],
    [
      'another backend',
      'return __gradlintSite.method(tf, "log", false, [x]);',
      'tf.setBackend("webgl"); tf.enableProdMode();',
    ],
    [
      'set-up with what is not there',
      'return __gradlintSite.method(tf, "log", false, [x]);',
      'document.getElementById("a").addEventListener("click", () => {}); const { a: { b } } = __gradlintStub("pkg"); new b(); window.onload = () => {};',
    ],
    [
      'showing things in the page',
      'const list = document.getElementById("a"); list.append(new Image()); list.onclick = () => x; return __gradlintSite.method(tf, "log", false, [x]);',
      '',
    ],
    [
      'timers left running',
      'setInterval(() => tf.ones([10]), 1); return __gradlintSite.method(tf, "log", false, [x]);',
      '',
    ],
  ])('%s', async (_, body, moduleCode) => {
    expect(await pool.runJob(job(body, moduleCode))).toMatchObject({
      status: 'confirmed',
      failure: 'infinity',
    });
  });
});

it('answers jobs that wait when it is closed', async () => {
  const small = new RealmPool({ root, realms: 1 });
  const jobs = [small.runJob(job('for (;;) {}')), small.runJob(harmless)];
  await new Promise((resolve) => setTimeout(resolve, 500));
  small.close();
  expect((await Promise.all(jobs)).map((result) => result.status)).toEqual(['not-run', 'not-run']);
});
