import type { LibraryGradient } from '../../src/ops/library-gradient.js';
import { table } from '../table.js';
import type { Seen } from './defects.js';

/** The page of `docs/`: which gradients are wrong, version by version. */
export function page(seen: readonly Seen[], rows: readonly LibraryGradient[]): string {
  const versions = seen.map(({ version }) => version);
  const of = (order: 1 | 2, ...defects: LibraryGradient['defect'][]): LibraryGradient[] =>
    rows.filter((row) => row.order === order && defects.includes(row.defect));
  return [
    '<!-- Written by `npm run bench -- census --write`. Do not edit. -->\n',
    '# Which TensorFlow.js gradients are wrong, version by version\n',
    'Every differentiable op was called over shapes, axes and options, in a process where TensorFlow.js computes in',
    'float64. Its gradient was compared with the slope of its values, measured with a ladder of differences and an error',
    'bound. The op is always fed the result of another op, as in a network. A second derivative is only looked at where',
    'the first is right; it is taken of a loss that is curved, so that the gradient that comes in depends on the operand.\n',
    '## How many\n',
    counts(seen),
    '\nA check is one operand of one call, for one order.\n',
    '## Wrong first derivatives\n',
    'Nothing is thrown: the loss goes down, or not, along a slope that is not its own.\n',
    wrongTable(of(1, 'wrong', 'invalid-subgradient'), versions),
    '\n## First derivatives that throw\n',
    'The value is computed; the backward pass throws.\n',
    thrownTable(of(1, 'throws'), versions),
    '\n## Wrong second derivatives\n',
    'Outputs that a gradient function saved are cut off from the operand, so that differentiating the gradient once more',
    'leaves a term out. Where the whole gradient is cut off, TensorFlow.js throws; in a larger loss nothing is said.\n',
    wrongTable(of(2, 'wrong', 'invalid-subgradient'), versions),
    '\n## Second derivatives that throw\n',
    thrownTable(of(2, 'throws'), versions),
    '',
  ].join('\n');
}

const KINDS = ['right', 'wrong', 'invalid-subgradient', 'throws', 'not-smooth', 'inconclusive', 'not-run'];

export function counts(seen: readonly Seen[]): string {
  const rows = seen.flatMap(({ version, inspected }) =>
    ([1, 2] as const).map((order) => {
      const these = inspected.filter((one) => one.order === order);
      const count = (kind: string): number => these.filter(({ verdict }) => verdict === kind).length;
      return [version, order === 1 ? 'first' : 'second', these.length, ...KINDS.map(count)];
    }),
  );
  return table(['version', 'derivative', 'checks', ...KINDS], rows);
}

const when = ({ condition, example }: LibraryGradient): string =>
  condition === undefined ? example.call : `${condition}: ${example.call}`;

const has = (row: LibraryGradient, versions: readonly string[]): string =>
  versions.every((version) => row.versions.includes(version)) ? 'all' : row.versions.join(', ');

function wrongTable(rows: readonly LibraryGradient[], versions: readonly string[]): string {
  return table(
    ['op', 'by', 'when', 'TensorFlow.js', 'slope', 'versions'],
    rows.map((row) => [
      `\`tf.${row.op}\``,
      row.operand,
      when(row),
      row.example.claimed ?? '',
      row.example.measured ?? '',
      has(row, versions),
    ]),
  );
}

function thrownTable(rows: readonly LibraryGradient[], versions: readonly string[]): string {
  return table(
    ['op', 'by', 'when', 'thrown', 'versions'],
    rows.map((row) => [
      `\`tf.${row.op}\``,
      row.operand,
      when(row),
      row.example.message ?? '',
      has(row, versions),
    ]),
  );
}
