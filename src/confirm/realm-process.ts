import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compiled, packageRoot } from '../source/compiled.js';
import { boundToParent } from './bound-to-parent.js';
import { isGone, lives } from './living-realms.js';
import type { FromRealm, ToRealm } from './realm-messages.js';
import type { RealmKind } from './realm.js';
import type { TensorFlowLocation } from './tensorflow-location.js';

/** The process is gone, or was ended because it took too much; `message` says why, in the words of a verdict. */
export class RealmDied extends Error {
  override readonly name = 'RealmDied';
}

export interface RealmProcessOptions {
  readonly kind: RealmKind;
  /** What the process runs. Default `realm-main`. */
  readonly program?: 'realm-main' | 'check-main' | undefined;
  readonly tensorflow: TensorFlowLocation;
  readonly memoryLimitMb: number;
  /** For the longest of its requests. */
  readonly timeLimitMs: number;
}

/** TensorFlow.js loads in a tenth of a second; a machine under load takes longer. */
const OPEN_LIMIT_MS = 30_000;
const WATCH_EVERY_MS = 100;
/** What a realm takes before any user code: V8, TensorFlow.js, its op table. */
const BASE_MB = 256;
/** A process that worked so long is replaced, so that one whose processor time runs out has lost its parent. */
const WORKING_LIFE_MS = 60_000;
/** V8 collects garbage and compiles beside the code that runs. */
const PROCESSORS = 4;

/** One child process, from the parent's side: a request, an answer. */
export class RealmProcess {
  private readonly child: ChildProcess;
  private pending: { resolve(answer: FromRealm): void; reject(error: Error): void } | undefined;
  private death: string | undefined;
  private workedMs = 0;

  private constructor(private readonly options: RealmProcessOptions) {
    this.child = fork(compiled(`confirm/${options.program ?? 'realm-main'}.js`), [], {
      env: {},
      ...boundToParent(
        [
          `--max-old-space-size=${options.memoryLimitMb}`,
          '--no-warnings',
          ...permissions(options.tensorflow),
        ],
        (PROCESSORS * (OPEN_LIMIT_MS + WORKING_LIFE_MS + options.timeLimitMs)) / 1000,
      ),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    lives(this);
    this.hold(false);
    this.child.on('message', (message) => this.settle((pending) => pending.resolve(message as FromRealm)));
    this.child.on('error', (error) => this.die(error.message));
    this.child.on('exit', (code, signal) => this.die(exitReason(code, signal, options.memoryLimitMb)));
  }

  static async open(options: RealmProcessOptions): Promise<RealmProcess> {
    const realm = new RealmProcess(options);
    const { kind, tensorflow, memoryLimitMb } = options;
    const answer = await realm.ask(
      { type: 'open', kind, modules: tensorflow.modules, memoryLimitMb },
      OPEN_LIMIT_MS,
    );
    if (answer.type === 'opened') return realm;
    realm.kill();
    throw new RealmDied(answer.type === 'failed' ? answer.message : 'it gave no answer');
  }

  get alive(): boolean {
    return this.death === undefined;
  }

  /** Rejects with `RealmDied` when the process ends, or has to be ended, before it answers. */
  async ask(message: ToRealm, timeLimitMs: number): Promise<FromRealm> {
    if (this.death !== undefined) throw new RealmDied(this.death);
    const timer = setTimeout(() => this.die(`it ran longer than ${seconds(timeLimitMs)}`), timeLimitMs);
    const watch = setInterval(() => this.watchMemory(), WATCH_EVERY_MS);
    const started = performance.now();
    this.hold(true);
    try {
      return await new Promise<FromRealm>((resolve, reject) => {
        this.pending = { resolve, reject };
        this.child.send(message, (error) => {
          if (error !== null) this.die(error.message);
        });
      });
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      this.workedMs += performance.now() - started;
      this.hold(false);
    }
  }

  /** An idle realm must not keep gradlint running; when gradlint ends, the realm sees it and ends too. */
  private hold(on: boolean): void {
    for (const handle of [this.child, this.child.channel]) {
      if (on) handle?.ref();
      else handle?.unref();
    }
  }

  /** It holds so much, if only as garbage, or worked so long that the next job might be ended for it. */
  get isWornOut(): boolean {
    if (this.workedMs > WORKING_LIFE_MS) return true;
    return residentMegabytes(this.child.pid) > this.options.memoryLimitMb / 2 + BASE_MB;
  }

  kill(): void {
    this.death ??= 'it was closed';
    isGone(this);
    this.child.kill('SIGKILL');
  }

  private settle(how: (pending: NonNullable<RealmProcess['pending']>) => void): void {
    const { pending } = this;
    this.pending = undefined;
    if (pending !== undefined) how(pending);
  }

  private die(why: string): void {
    this.death ??= why;
    isGone(this);
    this.child.kill('SIGKILL');
    this.settle((pending) => pending.reject(new RealmDied(this.death)));
  }

  /** Typed arrays live outside the heap that `--max-old-space-size` limits. */
  private watchMemory(): void {
    const megabytes = residentMegabytes(this.child.pid);
    if (megabytes > this.options.memoryLimitMb + BASE_MB) this.die(outOfMemory(this.options.memoryLimitMb));
  }
}

const seconds = (milliseconds: number): string => `${Number((milliseconds / 1000).toPrecision(2))} s`;

const outOfMemory = (megabytes: number): string => `it used more than ${megabytes} MB of memory`;

/** V8 aborts when its heap is full. */
function exitReason(code: number | null, signal: NodeJS.Signals | null, memoryLimitMb: number): string {
  if (signal === 'SIGABRT' || code === 134) return outOfMemory(memoryLimitMb);
  return `it ended the process (${signal ?? `exit code ${code}`})`;
}

/** Only Linux tells without starting a process; elsewhere the limits on heap, tensors and time have to do. */
function residentMegabytes(pid: number | undefined): number {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  try {
    const kilobytes = /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Where a package is looked for, and where it is: package managers link one to the other. */
function packageFolders(name: string): string[] {
  const require = createRequire(import.meta.url);
  const holders = (require.resolve.paths(name) ?? []).filter((folder) => existsSync(path.join(folder, name)));
  // A `node_modules` that is a link itself has to be read to be followed.
  const links = holders.map((folder) =>
    lstatSync(folder).isSymbolicLink() ? folder : path.join(folder, name),
  );
  return [...links, path.dirname(realpathSync(require.resolve(name)))];
}

/** Node's permission model: nothing but reading gradlint's own code and TensorFlow.js. */
export function permissions(tensorflow: TensorFlowLocation): string[] {
  const flags = process.allowedNodeEnvironmentFlags;
  const permission = flags.has('--permission') ? '--permission' : '--experimental-permission';
  const own = ['dist', 'package.json'].map((name) => path.join(packageRoot, name));
  const libraries = packageFolders('decimal.js');
  const readable = new Set([...own, ...libraries, ...tensorflow.readable]);
  // Node aborts where one folder is told twice, or lies in another.
  const outermost = [...readable].filter(
    (one) => ![...readable].some((other) => one.startsWith(other + path.sep)),
  );
  return [permission, ...outermost.map((directory) => `--allow-fs-read=${directory}`)];
}
