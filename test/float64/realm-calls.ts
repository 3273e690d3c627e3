/** Runs the calls in a float64 realm: a process of its own, because `Float32Array` is replaced before TensorFlow.js loads. */
import process from 'node:process';
import { createRequire } from 'node:module';
import { openRealm } from '../../src/confirm/realm.js';
import { runCalls } from './calls.js';

const [runs, seed] = process.argv.slice(2).map(Number);
const library = createRequire(import.meta.url).resolve('@tensorflow/tfjs');
const { tf, trace } = openRealm('float64', [library], { bytes: 2 ** 31, exceeded: () => undefined });
trace.precision = 'float64';
const results = await runCalls(tf, runs!, seed!);
process.send!(results, () => process.exit(0));
