/** One TensorFlow.js in one precision, in a process of its own: its Float32Array is replaced before it loads. */
import process from 'node:process';
import { openRealm, type CpuRealmKind } from '../../src/confirm/realm.js';
import { allCases } from './cases.js';
import { gradientsOf, inspect, type Inspected } from './inspect.js';

export interface Request {
  readonly kind: CpuRealmKind;
  readonly module: string;
  /** Only cases of these ops; absent: all. */
  readonly ops?: readonly string[] | undefined;
}

export type Gradients = readonly (readonly (readonly number[] | undefined)[])[];

export interface Answer {
  readonly version: string;
  readonly inspected: readonly Inspected[];
  /** First gradients by case and operand, of every case that runs. */
  readonly gradients: Gradients;
  /** The same, with every stored number rounded to float16; of the float64 process only. */
  readonly float16: Gradients;
}

process.on('message', ({ kind, module, ops }: Request) => {
  const realm = openRealm(kind, [module], { bytes: 2 ** 31, exceeded: () => undefined });
  realm.trace.precision = kind;
  realm.tf.env().set('PROD', true);
  const cases = allCases().filter(({ op }) => ops === undefined || ops.includes(op));
  const inspected = kind === 'float64' ? cases.flatMap((one) => inspect(realm, one)) : [];
  const gradients = cases.map((one) => gradientsOf(realm, one));
  realm.trace.precision = 'float16';
  const float16 = kind === 'float64' ? cases.map((one) => gradientsOf(realm, one)) : [];
  const answer: Answer = { version: realm.version, inspected, gradients, float16 };
  process.send!(answer, () => process.exit(0));
});
