import { createRequire } from 'node:module';
import { performance as clock } from 'node:perf_hooks';
import type { Chance } from './chance.js';
import type { Stubs } from './stubs.js';

const NETWORK = [
  'fetch',
  'Request',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'Worker',
  'SharedWorker',
  'BroadcastChannel',
  'MessageChannel',
  'indexedDB',
  'importScripts',
];
const STORED = ['localStorage', 'sessionStorage'];
/** What shows, plays or draws. */
const SHOWN = [
  'document',
  'location',
  'history',
  'alert',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'getComputedStyle',
  'matchMedia',
  'Image',
  'ImageData',
  'Element',
  'HTMLElement',
  'HTMLCanvasElement',
  'HTMLImageElement',
  'HTMLVideoElement',
  'OffscreenCanvas',
  'CanvasRenderingContext2D',
  'customElements',
  'CustomEvent',
  'MutationObserver',
  'ResizeObserver',
  'Audio',
  'AudioContext',
  'OfflineAudioContext',
  'webkitAudioContext',
  'webkitOfflineAudioContext',
  'MediaRecorder',
  'FileReader',
  'tfvis',
];

/**
 * Takes from this process what user code has no business with. The walls are the process itself (no environment, a
 * memory limit, Node's permission model: no writes, no reads but TensorFlow.js, no child processes, no workers); this
 * adds the network, which the permission model leaves open, and gives every attempt a reason to report.
 *
 * Also makes runs repeatable: two runs on the same inputs must see the same random numbers.
 */
export class Rights {
  private readonly timers = new Set<NodeJS.Timeout | NodeJS.Immediate>();
  private seed = 1;
  private globals = new Set<string>();

  constructor(private readonly stubs: Stubs) {}

  get chance(): Chance {
    return this.stubs.chance;
  }

  /** Once, after TensorFlow.js has loaded and before user code does. */
  take(): void {
    this.closeNetwork();
    this.replaceProcess();
    this.replaceTimers();
    for (const name of [...NETWORK, ...STORED]) define(name, this.stubs.make(name));
    for (const name of SHOWN) define(name, this.stubs.make(name, true));
    define('navigator', { userAgent: 'gradlint', language: 'en', hardwareConcurrency: 1 });
    define('window', globalThis);
    define('self', globalThis);
    silence();
    Math.random = () => {
      this.chance.drawn = true;
      return this.random();
    };
    define('Date', this.chance.watchedDate(Date));
    performance.now = this.chance.watched(performance.now.bind(performance));
    this.globals = new Set(Object.getOwnPropertyNames(globalThis));
  }

  /** Before each run; other `draws` are other numbers. */
  reseed(draws = 0): void {
    this.seed = 1 + draws;
  }

  /** After each run. */
  clearTimers(): void {
    for (const timer of this.timers) {
      clearTimeout(timer as NodeJS.Timeout);
      clearImmediate(timer as NodeJS.Immediate);
    }
    this.timers.clear();
  }

  /** After each job: globals that the code of the job made. */
  clearGlobals(): void {
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      if (!this.globals.has(name)) Reflect.deleteProperty(globalThis, name);
    }
  }

  /** mulberry32: 32 bits of state are enough for repeatable test data. */
  private random(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  private closeNetwork(): void {
    const require = createRequire(import.meta.url);
    const deny = (what: string) => (): never => this.stubs.deny(what);
    const net = require('node:net') as typeof import('node:net');
    net.Socket.prototype.connect = deny('net.connect');
    net.Server.prototype.listen = deny('net.listen');
    const dgram = require('node:dgram') as typeof import('node:dgram');
    dgram.Socket.prototype.bind = deny('dgram.bind');
    dgram.Socket.prototype.connect = deny('dgram.connect');
    dgram.Socket.prototype.send = deny('dgram.send');
    const dns = require('node:dns') as Record<string, unknown>;
    for (const name of Object.keys(dns))
      if (/^(lookup|resolve|reverse)/.test(name)) dns[name] = deny(`dns.${name}`);
    (require('node:module') as { _load: unknown })._load = deny('require');
  }

  private replaceProcess(): void {
    const stubs = this.stubs;
    const quiet = (): void => undefined;
    const stream = { write: () => true, isTTY: false, on: quiet, once: quiet, emit: quiet, end: quiet };
    define('process', {
      env: {},
      argv: ['node', 'gradlint'],
      execArgv: [],
      platform: 'linux',
      arch: 'x64',
      pid: 1,
      version: process.version,
      versions: { ...process.versions },
      release: { name: 'node' },
      exitCode: undefined,
      stdout: stream,
      stderr: stream,
      cwd: () => '/',
      uptime: () => clock.now() / 1000,
      hrtime: Object.assign(hrtime, { bigint: () => BigInt(Math.round(clock.now() * 1e6)) }),
      memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
      nextTick: (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
        queueMicrotask(() => callback(...args)),
      on: quiet,
      once: quiet,
      off: quiet,
      emit: quiet,
      removeListener: quiet,
      removeAllListeners: quiet,
      emitWarning: quiet,
      exit: () => stubs.deny('process.exit'),
      abort: () => stubs.deny('process.abort'),
      kill: () => stubs.deny('process.kill'),
      binding: () => stubs.deny('process.binding'),
      dlopen: () => stubs.deny('process.dlopen'),
      send: () => stubs.deny('process.send'),
      chdir: () => stubs.deny('process.chdir'),
    });
  }

  private replaceTimers(): void {
    const { timers } = this;
    for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
      const original = globalThis[name] as (
        callback: (...args: unknown[]) => void,
        ...more: unknown[]
      ) => NodeJS.Timeout;
      define(name, (callback: (...args: unknown[]) => void, ...more: unknown[]) => {
        const timer = original(callback, ...more);
        // A timer alone must not keep the process: it has nothing to wait for but the next job.
        timer.unref();
        timers.add(timer);
        return timer;
      });
    }
  }
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}

function hrtime(previous?: readonly [number, number]): [number, number] {
  const now = clock.now() * 1e6;
  const since = previous === undefined ? now : now - (previous[0] * 1e9 + previous[1]);
  return [Math.floor(since / 1e9), Math.round(since % 1e9)];
}

/** What user code prints is nobody's business here, and printing thousands of times would cost more than the runs. */
function silence(): void {
  for (const key of Object.keys(console)) {
    const value = (console as unknown as Record<string, unknown>)[key];
    if (typeof value === 'function') (console as unknown as Record<string, unknown>)[key] = () => undefined;
  }
}
