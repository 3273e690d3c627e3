/** What docs/gradient-check.md prints is what the tool prints. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { gradlint } from './cli/cli.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const guide = readFileSync(new URL('../docs/gradient-check.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/^```text\n\$ gradlint (.*)\n([^]*?)^```$/gm)];

test('the guide has its runs', () => expect(blocks).toHaveLength(10));

test.each(blocks.map(([, command, output]) => [command!, output!]))('%s', async (command, output) => {
  const { stdout } = await gradlint(root, ...command.split(' ').map((word) => word.replaceAll("'", '')));
  expect(steady(stdout)).toBe(steady(output));
});

test('the table of steps is right: float32 to a factor of 2, float64 rounding to a factor of 100', async () => {
  const [, command, output] = blocks[0]!;
  const [printed, measured] = [output!, (await gradlint(root, ...command!.split(' '))).stdout].map(rowsIn);
  expect(measured).toHaveLength(25);
  for (const [index, [step, float32, float64]] of printed!.entries()) {
    const [sameStep, now32, now64] = measured![index]!;
    expect(step).toBe(sameStep);
    expect(Math.abs(Math.log2(float32! / now32!))).toBeLessThan(1);
    expect(Math.abs(Math.log10(float64! / now64!))).toBeLessThan(2);
  }
});

const rowsIn = (text: string): number[][] =>
  [...text.matchAll(/^ *(\de[+-]\d+) +(\S+) +<? *(\S+)/gm)].map((row) => row.slice(1).map(Number));

/** Times, and the last digits of what is rounding, are not the same everywhere. */
function steady(text: string): string {
  return text
    .replace(/^ {2}runs .*\n/gm, '')
    .replace(/±.*$/gm, '±')
    .replace(/agree with differences to \S+/g, 'agree')
    .replace(/^ *\de[+-]\d+ .*$/gm, '')
    .replace(/gradlint: step .*/, '')
    .trim();
}
