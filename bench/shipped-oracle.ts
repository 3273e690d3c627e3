import { compareShippedCalls } from '../test/ops/shipped-calls.js';
import { EXPLAINED } from '../test/ops/shipped-explained.js';

/** What is told of the calls in the shipped tests. */
export interface Shipped {
  readonly files: number;
  readonly ops: number;
  readonly compared: number;
  readonly agreed: number;
  readonly explained: number;
  readonly unexplained: readonly string[];
}

async function compareShipped(smoke: boolean): Promise<Shipped> {
  const shipped = await compareShippedCalls(
    smoke ? { files: (file) => /(?:^|\/)(exp|log|softmax|concat)_test\.js$/.test(file) } : {},
  );
  const isExplained = ({ actual }: { actual: string }): boolean =>
    EXPLAINED.some(([pattern]) => pattern.test(actual));
  const unexplained = shipped.disagreements.filter((disagreement) => !isExplained(disagreement));
  return {
    files: shipped.files,
    ops: Object.keys(shipped.perOp).length,
    compared: shipped.compared,
    agreed: shipped.agreed,
    explained: shipped.disagreements.length - unexplained.length,
    unexplained: unexplained.map((disagreement) => JSON.stringify(disagreement)),
  };
}

process.stdout.write(`\n${JSON.stringify(await compareShipped(process.argv[2] === 'smoke'))}`);
process.exit(0);
