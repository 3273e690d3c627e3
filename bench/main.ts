import { parseArgs } from 'node:util';
import { census } from './census.js';
import { defects } from './defects.js';
import { faces } from './faces.js';
import { gradcheck } from './gradcheck.js';
import { gradcheckNodes } from './gradcheck/nodes.js';
import { history } from './history.js';
import { mutants } from './mutants.js';
import { oracles } from './oracles.js';
import { proofs } from './proofs.js';
import { soundness } from './soundness.js';
import { realSites } from './real-sites.js';
import { shapes } from './shapes.js';
import { start } from './start.js';
import { staticPass } from './static-pass.js';
import { webgl } from './webgl.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    nodes: { type: 'boolean', default: false },
    code: { type: 'string' },
    sites: { type: 'string' },
    list: { type: 'boolean', default: false },
    page: { type: 'string' },
    results: { type: 'string' },
    sample: { type: 'string' },
    confirm: { type: 'boolean', default: false },
  },
});

/**
 * `npm run bench -- [name] [--smoke]`: each of the benches below prints its table; without a name, all do. Options of some:
 * - `real-sites`: `--code=FOLDER`, `--sites=FILE`;
 * - `mutants`: `--code=FOLDER`, `--list`, `--sample=N`, `--confirm`;
 * - `history`: `--code=FOLDER`, `--list`, `--confirm`;
 * - `census`: `--write` writes its data and its page;
 * - `gradcheck`: `--nodes` compares the verdicts on Node 20, 22 and 24;
 * - `webgl` needs Chromium, and says so, or `--page=FILE` to be opened on another machine and `--results=FILE` from there.
 */
const benches: Readonly<Record<string, () => Promise<string>>> = {
  oracles: () => oracles(values.smoke),
  proofs: () => proofs(),
  soundness: () => soundness(values.smoke),
  'static-pass': () => staticPass(),
  start: () => start(),
  faces: () => faces(),
  defects: () => defects(values.smoke),
  'real-sites': () => realSites(values),
  mutants: () =>
    mutants({ ...values, sample: values.sample === undefined ? undefined : Number(values.sample) }),
  history: () => history(values),
  shapes: () => shapes(),
  census: () => census(values),
  gradcheck: () => (values.nodes ? gradcheckNodes() : gradcheck(values.smoke)),
  webgl: () => webgl(values),
};

for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
  const bench = benches[name];
  if (bench === undefined)
    throw new Error(`There is no benchmark ${name}: choose from ${Object.keys(benches).join(', ')}.`);
  console.log(`${await bench()}\n`);
}
process.exit(0);
