import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { makeCall, type Call } from './calls.js';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS = [
  ...['--headless', '--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader'],
  ...['--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Where Chromium is installed, or the one that CHROMIUM names. */
export function findChromium(): string | undefined {
  return [process.env['CHROMIUM'], ...PLACES].find((file) => file !== undefined && existsSync(file));
}

export interface WebGLRun {
  readonly renderer: string;
  /** What optimizers and layers add to denominators. */
  readonly epsilon: number;
  /** Of each call, all its outputs behind one another; or what it threw. */
  readonly results: readonly (readonly number[] | string)[];
}

/** Makes the calls in a page, on the WebGL backend with every texture in float16. */
export async function runInWebGL(chromiumFile: string, calls: readonly Call[]): Promise<WebGLRun> {
  const profile = mkdtempSync(path.join(tmpdir(), 'gradlint-webgl-'));
  const options = { executablePath: chromiumFile, args: ARGUMENTS };
  const context = await chromium.launchPersistentContext(profile, options);
  try {
    const page = await context.newPage();
    const library = createRequire(import.meta.url).resolve('@tensorflow/tfjs/package.json');
    await page.addScriptTag({ path: path.join(path.dirname(library), 'dist/tf.min.js') });
    await page.addScriptTag({ content: `globalThis.makeCall = ${makeCall.toString()}` });
    return await page.evaluate(callsInPage, calls);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

interface PageTensorFlow {
  env(): { set(flag: string, value: boolean | number): void };
  setBackend(name: string): Promise<boolean>;
  backend(): { epsilon(): number; gpgpu: { gl: WebGLContext } };
}
interface WebGLContext {
  getExtension(name: string): { UNMASKED_RENDERER_WEBGL: number } | null;
  getParameter(name: number): string;
}

/** Runs in the page: nothing outside of it is in reach but `tf` and `makeCall`. */
async function callsInPage(calls: readonly Call[]): Promise<WebGLRun> {
  const page = globalThis as unknown as { tf: PageTensorFlow; makeCall: typeof makeCall };
  const { tf } = page;
  tf.env().set('WEBGL_FORCE_F16_TEXTURES', true);
  // Small tensors would be computed in JavaScript, in float32.
  tf.env().set('WEBGL_CPU_FORWARD', false);
  await tf.setBackend('webgl');
  const results = calls.map((call) => {
    try {
      return page.makeCall(tf, call);
    } catch (error) {
      return String(error);
    }
  });
  const backend = tf.backend();
  const { gl } = backend.gpgpu;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = names === null ? 'unknown' : gl.getParameter(names.UNMASKED_RENDERER_WEBGL);
  return { renderer, epsilon: backend.epsilon(), results };
}
