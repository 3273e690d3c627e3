import type { RenderContext, RuleText } from '../../src/report/render/context.js';
import type { Report, ReportedFinding } from '../../src/report/report.js';

/** A report with one finding of each kind, and the texts it is about. */
export const texts: Readonly<Record<string, string>> = {
  'src/policy.ts': `import * as tf from '@tensorflow/tfjs';

export function surrogate(newLogProbs: tf.Tensor1D, oldLogProbs: tf.Tensor1D, advantages: tf.Tensor1D) {
\tconst ratio = tf.exp(tf.sub(newLogProbs, oldLogProbs));
\tconst clipped = ratio.clipByValue(0.8, 1.2);
\treturn tf.minimum(ratio.mul(advantages), clipped.mul(advantages)).mean().neg();
}

export const entropy = (p: tf.Tensor) => p.mul(tf.log(p)).sum().neg();
`,
  'src/value.ts': `import * as tf from '@tensorflow/tfjs';

export class Critic {
  loss(features: tf.Tensor2D, returns: tf.Tensor1D) {
    return tf.losses.meanSquaredError(
      returns,
      this.network
        .apply(features)
        .mul(this.scale),
    ).add(tf.log(tf.add(1, this.penalty)));
  }
}
`,
};

export function finding(changes: Partial<ReportedFinding>): ReportedFinding {
  return {
    id: '0123456789ab',
    rule: 'exp-overflow',
    category: 'numerical',
    severity: 'error',
    message: '`tf.exp(x)` overflows.',
    file: 'src/policy.ts',
    start: { line: 4, column: 16 },
    end: { line: 4, column: 56 },
    function: 'surrogate',
    expression: 'tf.exp(x)',
    danger: 'x > 88.72',
    related: [],
    verdict: { status: 'not-run', reason: 'confirmation is off' },
    fixes: [],
    suppressed: null,
    ...changes,
  };
}

export function report(findings: readonly ReportedFinding[], problems: Report['problems'] = []): Report {
  return {
    schema: 1,
    tool: { name: 'gradlint', version: '0.1.0' },
    root: '/project',
    summary: {
      files: 14,
      tensorFiles: 6,
      functions: 23,
      sites: 1042,
      findings: findings.filter(({ suppressed }) => suppressed === null).length,
      confirmed: findings.filter(({ verdict }) => verdict.status === 'confirmed').length,
      elapsedMs: 1234.5,
    },
    findings,
    problems,
  };
}

const overflow = finding({
  id: 'a94e743c31b7',
  message:
    '`tf.exp(tf.sub(newLogProbs, oldLogProbs))` overflows to Infinity when `tf.sub(newLogProbs, oldLogProbs) > 88.72`, which ordinary inputs reach. `ratio.clipByValue(0.8, 1.2)` bounds the value too late: the gradient of an Infinity is NaN. Bound the exponent instead.',
  expression: 'tf.exp(tf.sub(newLogProbs, oldLogProbs))',
  danger: 'tf.sub(newLogProbs, oldLogProbs) > 88.72',
  related: [
    {
      file: 'src/policy.ts',
      start: { line: 5, column: 18 },
      end: { line: 5, column: 45 },
      message: 'bounds the result, not the exponent',
    },
    {
      file: 'src/value.ts',
      start: { line: 5, column: 12 },
      end: { line: 5, column: 38 },
      message: 'reaches the loss [here]',
    },
  ],
  verdict: {
    status: 'confirmed',
    failure: 'overflow',
    evidence: 'function',
    witness: {
      inputs: [
        { name: 'newLogProbs', value: [89], shape: [1], dtype: 'float32' },
        { name: 'oldLogProbs', value: [0], shape: [1], dtype: 'float32' },
        { name: 'advantages', value: [0], shape: [1], dtype: 'float32' },
      ],
      observed: {
        'x of tf.exp in float32': [89],
        'tf.exp in float32': ['Infinity'],
        'tf.exp in float64': [4.48961281917e38],
        'result in float32': 'NaN',
        'gradient of newLogProbs in float32': ['NaN'],
      },
    },
    threshold: 'fails for newLogProbs >= 88.73',
    points: 53,
    elapsedMs: 329.2,
  },
});

const broadcast = finding({
  id: '95b5cf112096',
  rule: 'silent-broadcast',
  category: 'shape',
  severity: 'error',
  message:
    '`tf.losses.meanSquaredError(...)` broadcasts [B] against [B, 1] to [B, B]: every label meets every prediction. Give both the same shape.',
  file: 'src/value.ts',
  start: { line: 5, column: 12 },
  end: { line: 10, column: 6 },
  function: 'Critic.loss',
  expression: 'tf.losses.meanSquaredError(returns, this.network ...',
  danger: '[B] meets [B, 1]',
  verdict: {
    status: 'confirmed',
    failure: 'wrong-shape',
    evidence: 'slice',
    witness: {
      inputs: [
        {
          name: 'this.network.apply(features)',
          value: Array.from({ length: 12 }, (_, i) => [i / 4]),
          shape: [12, 1],
          dtype: 'float32',
        },
        {
          name: 'returns',
          value: Array.from({ length: 12 }, (_, i) => i / 2),
          shape: [12],
          dtype: 'float32',
        },
        { name: 'this.options', value: { scale: 2, name: 'critic' } },
      ],
      observed: {
        'shape of labels': [12],
        'shape of predictions': [12, 1],
        'shape of the difference': [12, 12],
        'with B = 12': 'runs without an error, result [12, 12]',
      },
    },
    reason:
      'the function itself: it uses `this.network.apply()`, which is not available where gradlint runs code',
    points: 2,
    elapsedMs: 0.8,
  },
});

const lostDigits = finding({
  id: '70bcd4995503',
  rule: 'log-near-one',
  severity: 'warning',
  message:
    '`tf.log(tf.add(1, this.penalty))` loses the digits of a small `this.penalty`. Use `tf.log1p(this.penalty)`.',
  file: 'src/value.ts',
  start: { line: 10, column: 11 },
  end: { line: 10, column: 42 },
  function: 'Critic.loss',
  expression: 'tf.log(tf.add(1, this.penalty))',
  danger: '|this.penalty| < 2.4e-4',
  verdict: {
    status: 'not-reproduced',
    reason: 'the operand stayed outside the danger region',
    points: 256,
    elapsedMs: 2114,
  },
  fixes: [
    {
      title: 'Use tf.log1p(this.penalty)',
      edits: [
        {
          file: 'src/value.ts',
          start: { line: 10, column: 11 },
          end: { line: 10, column: 42 },
          text: 'tf.log1p(this.penalty)',
        },
      ],
      proof: { equal: true, maxRelativeError: 1.1920929e-7, gradientAlive: true, points: 64 },
    },
  ],
});

const promise = finding({
  id: 'de6cd4897890',
  rule: 'log-of-zero',
  severity: 'info',
  message: '`tf.log(p)` is -Infinity or NaN when `p <= 0`, which nothing here excludes.',
  start: { line: 9, column: 48 },
  end: { line: 9, column: 57 },
  function: 'entropy',
  expression: 'tf.log(p)',
  danger: 'p <= 0',
  verdict: {
    status: 'not-run',
    reason: 'latent: it depends on what callers pass, and nothing here says what that is',
  },
});

const suppressed = finding({
  id: 'd521f8e3b585',
  rule: 'cancellation',
  severity: 'warning',
  start: { line: 6, column: 9 },
  end: { line: 6, column: 73 },
  suppressed: { reason: 'the mean is close to 0 by construction' },
});

export const sample: Report = {
  ...report(
    [broadcast, lostDigits, promise, overflow, suppressed],
    [
      { file: 'src/broken.ts', message: 'syntax error at 3:1: Expression expected.' },
      { file: '', message: 'TensorFlow.js could not be loaded.' },
    ],
  ),
  preconditions: [
    {
      function: 'Policy.draw',
      requires: 'this.temperature != 0',
      rule: 'division-near-zero',
      file: 'src/policy.ts',
      start: { line: 5, column: 18 },
      end: { line: 5, column: 45 },
      expression: 'score / this.temperature',
    },
  ],
};

export const clean: Report = report([]);

function ruleText(name: string): RuleText {
  return {
    name,
    category: name === 'silent-broadcast' ? 'shape' : 'numerical',
    claim: `The claim of ${name}.`,
    reason: `The reason of ${name}.`,
    remedy: 'What to do instead.',
    examples: { hazardous: [{ title: 'an example', code: 'tf.exp(x)' }], safe: [] },
  };
}

export const context: RenderContext = {
  readText: (file) => texts[file],
  colour: false,
  width: 110,
  quiet: false,
  prefix: '',
  rules: ['log-of-zero', 'log-near-one', 'exp-overflow', 'cancellation', 'silent-broadcast', 'unused'].map(
    ruleText,
  ),
};
