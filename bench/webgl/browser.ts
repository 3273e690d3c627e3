import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { measuringPage, readRun, type WebGLRun } from './page.js';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS = [
  ...['--headless', '--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader'],
  ...['--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const MINUTES = 60_000;

/** Where Chromium is installed, or the one that CHROMIUM names. */
export function findChromium(): string | undefined {
  return [process.env['CHROMIUM'], ...PLACES].find((file) => file !== undefined && existsSync(file));
}

/** Opens the measuring page in a headless browser, on the software renderer. */
export async function runInWebGL(chromiumFile: string): Promise<WebGLRun> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gradlint-webgl-'));
  const options = { executablePath: chromiumFile, args: ARGUMENTS };
  const context = await chromium.launchPersistentContext(path.join(folder, 'profile'), options);
  try {
    const file = path.join(folder, 'page.html');
    writeFileSync(file, measuringPage());
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    const results = page.locator('#results:not(:empty)');
    await results.waitFor({ state: 'attached', timeout: 5 * MINUTES });
    return readRun((await results.textContent()) ?? '');
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
