import { faces } from './faces.js';
import { oracles } from './oracles.js';
import { proofs } from './proofs.js';
import { staticPass } from './static-pass.js';

/** `npm run bench -- [oracles|proofs|static-pass|faces] [--smoke]`: each prints its table; without a name, all do. */
const benches: Readonly<Record<string, (smoke: boolean) => Promise<string>>> = {
  oracles,
  proofs: () => proofs(),
  'static-pass': () => staticPass(),
  faces: () => faces(),
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const smoke = process.argv.includes('--smoke');
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  const bench = benches[name];
  if (bench === undefined)
    throw new Error(`There is no benchmark ${name}: choose from ${Object.keys(benches).join(', ')}.`);
  console.log(`${await bench(smoke)}\n`);
}
process.exit(0);
