import type { Rule } from '../src/rule/rule.js';
import cancellation from './cancellation.js';
import divisionNearZero from './division-near-zero.js';
import expOverflow from './exp-overflow.js';
import incompatibleShapes from './incompatible-shapes.js';
import ineffectiveGuard from './ineffective-guard.js';
import logNearOne from './log-near-one.js';
import logOfZero from './log-of-zero.js';
import silentBroadcast from './silent-broadcast.js';
import sqrtAtZero from './sqrt-at-zero.js';
import unstableComposite from './unstable-composite.js';

/**
 * All rules, in the order in which they are asked. A rule that names the cause comes before those that would only see a
 * symptom of it: what it covers, they leave alone.
 */
export const allRules: readonly Rule[] = [
  unstableComposite,
  ineffectiveGuard,
  cancellation,
  divisionNearZero,
  logOfZero,
  logNearOne,
  sqrtAtZero,
  expOverflow,
  silentBroadcast,
  incompatibleShapes,
];

export const ruleNamed = (name: string): Rule | undefined => allRules.find((rule) => rule.name === name);
