import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { calls, makeCall, type Call } from './calls.js';
import { MEASURE_SOURCE, type measure, type Measured } from './measure.js';

/** What a browser says of the GPU that it runs on. */
export interface WebGLRun {
  readonly renderer: string;
  /** With textures in 32 bits; what was thrown, where there are none. */
  readonly float32: Measured | string;
  /** With every texture in 16 bits; too large to be kept among the results of this folder. */
  readonly float16?: InFloat16;
}

export interface InFloat16 {
  /** What optimizers and layers add to denominators. */
  readonly epsilon: number;
  /** Of each call, all its outputs behind one another; or what it threw. */
  readonly results: readonly (readonly number[] | string)[];
}

/**
 * A page that needs nothing beside it: opened in a browser (`--dump-dom` of a headless one), it runs the WebGL backend and
 * leaves a `WebGLRun` as the text of the element `results`.
 */
export function measuringPage(): string {
  const library = createRequire(import.meta.url).resolve('@tensorflow/tfjs/package.json');
  const bundle = readFileSync(path.join(path.dirname(library), 'dist/tf.min.js'), 'utf8');
  // The loader that runs the benches keeps the names of functions with a helper of its own.
  const source = [
    'globalThis.__name = (f) => f;',
    `const makeCall = ${makeCall.toString()};`,
    MEASURE_SOURCE,
    `const runInPage = ${runInPage.toString()};`,
    `const encode = ${encode.toString()};`,
    `const run = await runInPage(tf, ${JSON.stringify(calls, encode)}, makeCall, measure);`,
    "document.getElementById('results').textContent = JSON.stringify(run, encode);",
  ].join('\n');
  const script = (text: string, kind = ''): string =>
    `<script${kind}>${text.replaceAll('</script', '<\\/script')}</script>`;
  return [
    '<!doctype html><meta charset="utf-8"><title>What this GPU does with numbers</title>',
    '<pre id="results"></pre>',
    script(bundle),
    script(source, ' type="module"'),
  ].join('\n');
}

/** The run that a page left, read from the text of its element or from the whole page. */
export function readRun(text: string): WebGLRun {
  const json = /<pre id="results">([^<]*)<\/pre>/.exec(text)?.[1] ?? text;
  if (!json.trimStart().startsWith('{'))
    throw new Error('The page left no results: was it opened to the end?');
  return JSON.parse(json, decode) as WebGLRun;
}

const SPECIAL: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

/** JSON has no NaN, no Infinity and no -0. Also sent to the page. */
function encode(_key: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (Object.is(value, -0)) return { number: '-0' };
  return Number.isFinite(value) ? value : { number: String(value) };
}

function decode(_key: string, value: unknown): unknown {
  const isSpecial = typeof value === 'object' && value !== null && 'number' in value;
  return isSpecial ? SPECIAL[String(value.number)] : value;
}

interface PageTensorFlow {
  env(): { set(flag: string, value: boolean | number): void };
  setBackend(name: string): Promise<boolean>;
  removeBackend(name: string): void;
  findBackendFactory(name: string): unknown;
  registerBackend(name: string, factory: unknown): boolean;
  backend(): { epsilon(): number; gpgpu: { gl: WebGLContext } };
}
interface WebGLContext {
  getExtension(name: string): { UNMASKED_RENDERER_WEBGL: number } | null;
  getParameter(name: number): string;
}

/** Runs in the page: nothing outside of it is in reach but what it is given. */
async function runInPage(
  tf: PageTensorFlow,
  inFloat16: readonly Call[],
  make: typeof makeCall,
  measureIn: typeof measure,
): Promise<WebGLRun> {
  const attempt = <T>(body: () => T): T | string => {
    try {
      return body();
    } catch (error) {
      return String(error);
    }
  };
  // Small tensors would be computed in JavaScript.
  tf.env().set('WEBGL_CPU_FORWARD', false);
  await tf.setBackend('webgl');
  const float32 = attempt(() => measureIn(tf));
  // Textures are made as the flags say when the backend is made; the second was worked out from the first, and is kept.
  const factory = tf.findBackendFactory('webgl');
  tf.removeBackend('webgl');
  tf.env().set('WEBGL_FORCE_F16_TEXTURES', true);
  tf.env().set('WEBGL_RENDER_FLOAT32_ENABLED', false);
  tf.registerBackend('webgl', factory);
  await tf.setBackend('webgl');
  const results = inFloat16.map((call) => attempt(() => make(tf, call)));
  const backend = tf.backend();
  const { gl } = backend.gpgpu;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = names === null ? 'unknown' : gl.getParameter(names.UNMASKED_RENDERER_WEBGL);
  return { renderer, float32, float16: { epsilon: backend.epsilon(), results } };
}
