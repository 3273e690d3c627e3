/** The same verdicts on every supported Node: runs the suite under others, from the npm registry, and compares. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from '../../test/gradcheck/suite/index.js';
import { table } from '../table.js';

const OTHERS = ['20', '22', '24'];
const run = promisify(execFile);

export async function gradcheckNodes(): Promise<string> {
  const runs: { node: string; verdicts: string[] }[] = [];
  for (const version of OTHERS) runs.push(await verdictsUnder(version));
  const [first, ...others] = runs;
  const rows = runs.map(({ node, verdicts }) => [
    node,
    verdicts.length,
    verdicts.filter((verdict, index) => verdict !== first!.verdicts[index]).length,
  ]);
  const differences = others.flatMap(({ node, verdicts }) =>
    verdicts.flatMap((verdict, index) => {
      const here = first!.verdicts[index]!;
      return verdict === here
        ? []
        : [`${suite[index]!.name}: ${here} on ${first!.node}, ${verdict} on ${node}`];
    }),
  );
  return [
    '## Verdicts by Node version\n',
    table(['Node', 'cases', `other than ${first!.node}`], rows),
    ...differences,
  ].join('\n');
}

async function verdictsUnder(version: string): Promise<{ node: string; verdicts: string[] }> {
  const script = fileURLToPath(new URL('verdicts.ts', import.meta.url));
  const { stdout } = await run('npx', ['-y', '-p', `node@${version}`, 'node', '--import', 'tsx', script], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as { node: string; verdicts: string[] };
}
