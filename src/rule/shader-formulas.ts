import { lostBelow } from './lost-digits.js';
import type { Suspicion } from './rule.js';
import type { Site } from './site.js';

/** The functions that keep the digits of a small x, and what the WebGL backend computes for them (`float64/webgl-kernels`). */
const SHADERS = {
  log1p: { formula: 'log(1 + x)', series: 'x - x² / 2' },
  expm1: { formula: 'exp(x) - 1', series: 'x + x² / 2' },
} as const;

/** Whether the backend computes `log1p` and `expm1` by another formula than the one that they are there to replace. */
export const hasOwnKernel = ({ backend }: Site): boolean => backend.kernels === 'cpu';

/** What to do instead of a formula that loses digits: the function made for it, where the backend has a better one. */
export function digitsKept(
  site: Site,
  op: keyof typeof SHADERS,
  { call, x }: { readonly call: string; readonly x: string },
): string {
  if (hasOwnKernel(site)) return `Use \`${call}\`.`;
  const { formula, series } = SHADERS[op];
  return `\`${call}\` is no cure on a GPU, whose shader computes \`${formula}\` as well: where a small \`${x}\` matters, use \`${series}\` for \`${formula}\`, or another backend.`;
}

/** What to say of `log1p` or `expm1` of a small x, on a backend that computes it by the formula that it is there to replace. */
export function digitsLostInShader(site: Site): Suspicion {
  const { formula, series } = SHADERS[site.node.op as keyof typeof SHADERS];
  const name = site.text(site.operand('x'));
  return {
    message: `\`${site.text()}\` loses the digits of a small \`${name}\`: ${lostBelow(site)}. The shader of the WebGL backend computes \`${formula}\`. Where a small \`${name}\` matters, use \`${series}\` for it, or another backend.`,
    danger: { text: `|${name}| < 2.4e-4`, harm: 'accuracy', failures: ['cancellation'] },
    manifest: true,
  };
}
