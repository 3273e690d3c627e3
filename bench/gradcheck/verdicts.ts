/** Prints what the checker says of each case of the suite, as JSON: for the comparison of Node versions. */
import process from 'node:process';
import * as tf from '@tensorflow/tfjs';
import { suite } from '../../test/gradcheck/suite/index.js';
import { judge } from './judge.js';

await tf.setBackend('cpu');
const verdicts: string[] = [];
for (const gradientCase of suite) verdicts.push((await judge(gradientCase)).said);
process.stdout.write(`\n${JSON.stringify({ node: process.version, verdicts })}\n`);
process.exit(0);
