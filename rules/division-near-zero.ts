import { dangersMet, isJavaScript } from '../src/rule/danger.js';
import { saysOfDivisor } from '../src/rule/divisor-message.js';
import { guardedDivisor } from '../src/rule/guard-fixes.js';
import { isCappedQuotient } from '../src/rule/capped.js';
import { defineRule } from '../src/rule/rule.js';
import { ofSameDivisor } from '../src/rule/same-divisor.js';
import { overShareVariance } from '../src/rule/share-variances.js';
import { whyZero } from '../src/rule/why-zero.js';
import { isOfBestScores } from '../src/rule/masked-shares.js';
import { overSizeMinusOne } from '../src/rule/single-rows.js';
import { isWrittenInfinity } from '../src/rule/written-infinity.js';

export default defineRule({
  name: 'division-near-zero',
  category: 'numerical',
  claim: 'Dividing by something that the code itself lets reach 0 gives Infinity or NaN.',
  reason:
    'A standard deviation, a norm, a maximum minus a minimum, the sum of a mask are 0 for ordinary data: a constant column, a zero vector, an empty mask. 0 / 0 is NaN, and every later number with it.',
  remedy:
    'Add a guard that float32 keeps: `x.div(std.add(1e-7))`, or `tf.maximum(norm, 1e-7)` where it cannot be negative.',
  ops: ['div', 'reciprocal', 'rsqrt', 'mod', 'batchNorm', 'js.div', 'js.mod'],
  check(site) {
    const dangers = dangersMet(site, ['value', 'gradient']).filter(
      ({ region }) => region.failure !== 'vanished-gradient',
    );
    const met = dangers.find(({ reach }) => reach === 'manifest' || reach === 'assumed');
    if (met?.reach !== 'manifest' && (dangers.length > 0 || !isJavaScript(site.node))) {
      const ofShare = overShareVariance(site);
      if (ofShare !== undefined) return ofShare;
    }
    if (met === undefined) return overSizeMinusOne(site);
    if (isCappedQuotient(site) || isWrittenInfinity(site) || isOfBestScores(site, met)) return undefined;
    const why = whyZero(site, met);
    const manifest = why !== undefined;
    return {
      message: saysOfDivisor(site, met, why ?? 'which nothing here excludes'),
      danger: {
        text: met.text,
        harm: met.region.harm,
        region: { operand: met.region.operand, low: met.region.low, high: met.region.high },
        failures: ['infinity', 'nan', 'overflow', 'inf-gradient', 'nan-gradient'],
      },
      manifest,
      covers: manifest ? ofSameDivisor(site, met.operand) : [],
      fixes: guardedDivisor(site, met.operand),
    };
  },
  examples: {
    hazardous: [
      {
        title: 'a ranking beside the ideal one, where nothing is relevant',
        code: `const dcg = (gains: number[]) => gains.reduce((sum, gain, i) => sum + (2 ** gain - 1) / Math.log2(i + 2), 0);\nexport function ndcg(gains: number[], x: tf.Tensor1D) {\n  const ideal = [...gains].sort((a, b) => b - a);\n  return x.mul(dcg(gains) / dcg(ideal));\n}`,
      },
      {
        title: 'data that are whitened by their eigenvalues',
        code: `export const whitened = (x: tf.Tensor2D, vectors: tf.Tensor2D, eigenvalues: tf.Tensor1D) =>\n  x.matMul(vectors).div(eigenvalues.sqrt());`,
      },
      {
        title: 'what is left of those at risk, when all of them fail',
        code: `export function hazards(times: number[], failed: boolean[], at: number[]) {\n  return tf.tensor1d(at.map((time) => {\n    const atRisk = times.filter((one) => one >= time).length;\n    const failures = times.filter((one, index) => one === time && failed[index]).length;\n    return failures / (atRisk - failures);\n  }));\n}`,
      },
      {
        title: 'a precision, and a correlation of what was predicted with what is',
        code: `interface Counts { tp: number; fp: number; fn: number; tn: number }\nexport function report({ tp, fp, fn, tn }: Counts) {\n  const root = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));\n  return tf.tensor1d([(tp * tn - fp * fn) / root]);\n}`,
      },
      {
        title: 'the way that another option takes',
        code: `export class Shaping {\n  private readonly kind: string;\n  constructor({ kind = 'ranks' } = {}) {\n    this.kind = kind;\n  }\n  shape(fitness: number[]) {\n    const x = tf.tensor1d(fitness);\n    if (this.kind === 'ranks') return x;\n    const centred = x.sub(x.mean());\n    return centred.div(centred.square().mean().sqrt());\n  }\n}`,
      },
      {
        title: 'pairs of right and wrong ones, of which there may be none',
        code: `export function auc(labels: number[]) {\n  let [right, wrong, area] = [0, 0, 0];\n  for (const label of labels) {\n    if (label > 0) right++;\n    else wrong++;\n    area += wrong * right;\n  }\n  return tf.scalar(area / (right * wrong));\n}`,
      },
      {
        title: 'by how often a table holds a word, and 0 where it does not',
        code: `export function weights(words: string[], counts: Map<string, number>) {\n  return tf.tensor1d(words.map((word) => 10 / (counts.get(word) ?? 0)));\n}`,
      },
      {
        title: 'NaN that is replaced, where Infinity stays',
        code: `export function rates(counts: number[], trials: number[]) {\n  const rates = tf.div(counts, tf.relu(tf.tensor1d(trials)));\n  return tf.where(tf.isNaN(rates), tf.zerosLike(rates), rates).arraySync();\n}`,
      },
      {
        title: 'z-scores of data',
        code: `export function standardise(data: tf.Tensor2D) {\n  const { mean, variance } = tf.moments(data, 0);\n  return data.sub(mean).div(variance.sqrt());\n}`,
      },
      {
        title: 'min-max scaling',
        code: `export function scale(data: tf.Tensor2D) {\n  const low = data.min(0);\n  const high = data.max(0);\n  return data.sub(low).div(high.sub(low));\n}`,
      },
      {
        title: 'the overlap of two boxes by their union',
        code: `export function iou(a: tf.Tensor1D, b: tf.Tensor1D, c: tf.Tensor1D, d: tf.Tensor1D) {\n  const overlap = tf.relu(tf.minimum(b, d).sub(tf.maximum(a, c)));\n  const union = tf.relu(b.sub(a)).add(tf.relu(d.sub(c))).sub(overlap);\n  return overlap.div(union);\n}`,
      },
      {
        title: 'the overlap of two masks by their union',
        code: `export function jaccard(truth: tf.Tensor2D, mask: tf.Tensor2D) {\n  const both = truth.mul(mask).sum(1);\n  return tf.sub(1, both.div(truth.sum(1).add(mask.sum(1)).sub(both))).mean();\n}`,
      },
      {
        title: 'the overlap of two masks by their union, summed up at once',
        code: `export function jaccard(truth: tf.Tensor2D, mask: tf.Tensor2D) {\n  const both = truth.mul(mask).sum(1);\n  return tf.sub(1, both.div(truth.add(mask).sum(1).sub(both))).mean();\n}`,
      },
      {
        title: 'the dice coefficient of two masks',
        code: `export function dice(truth: tf.Tensor3D, mask: tf.Tensor3D) {\n  const overlap = truth.mul(mask).sum();\n  return tf.sub(1, overlap.mul(2).div(truth.sum().add(mask.sum())));\n}`,
      },
      {
        title: 'attention by hand, of a row that is masked throughout',
        code: `export function attend(scores: tf.Tensor2D, mask: tf.Tensor2D) {\n  const weights = scores.sub(scores.max(1, true)).exp().mul(mask);\n  return weights.div(weights.sum(1, true));\n}`,
      },
      {
        title: 'a reciprocal rank, of an item that is not in the list',
        code: `export function reciprocalRanks(scores: tf.Tensor2D, wanted: number[], k = 10) {\n  const lists = tf.topk(scores, k).indices.arraySync() as number[][];\n  return tf.tensor1d(\n    lists.map((list, user) => {\n      const rank = list.indexOf(wanted[user]) + 1;\n      return 1 / rank;\n    }),\n  );\n}`,
      },
      {
        title: 'a relative error of a target that is 0',
        code: `export function compile() {\n  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [8] })] });\n  const relative = (truth: tf.Tensor, predicted: tf.Tensor) => truth.sub(predicted).abs().div(truth.abs()).mean();\n  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: [relative] });\n  return model;\n}`,
      },
      { title: 'a unit vector', code: `export const unit = (x: tf.Tensor1D) => x.div(x.norm());` },
      {
        title: 'a heat map by its maximum',
        code: `export const normalise = (map: tf.Tensor2D) => map.relu().div(map.relu().max());`,
      },
      {
        title: 'min-max scaling by the extremes of what was read',
        code: `export function scale(x: tf.Tensor1D) {\n  const values = Array.from(x.dataSync());\n  const low = Math.min(...values);\n  const high = Math.max(...values);\n  return values.map((value) => (value - low) / (high - low));\n}`,
      },
      {
        title: 'a weight that is added to what it divides by',
        code: `const alpha = tf.variable(tf.scalar(0));\nexport const share = (hidden: tf.Tensor2D, neighbours: tf.Tensor2D) => hidden.div(neighbours.sum(1, true).add(alpha));`,
      },
      {
        title: 'z-scores in JavaScript numbers',
        code: `export function standardise(values: number[]) {\n  const deviation = tf.moments(values).variance.sqrt().arraySync() as number;\n  const mean = tf.mean(values).arraySync() as number;\n  return values.map((value) => (value - mean) / deviation);\n}`,
      },
      {
        title: 'a direction by its own length',
        code: `export function direction([x, y, z]: number[]) {\n  const length = Math.hypot(x, y, z);\n  return tf.tensor1d([x / length, y / length, z / length]);\n}`,
      },
      {
        title: 'the axis of a rotation, by the sine of half its angle',
        code: `export function axis([w, x, y, z]: number[]) {\n  const cosine = Math.max(-1, Math.min(1, w));\n  const sine = Math.sqrt(1 - cosine * cosine);\n  return tf.tensor1d([x / sine, y / sine, z / sine]);\n}`,
      },
      {
        title: 'shares of a total that a loop adds up',
        code: `export function shares(x: tf.Tensor1D) {\n  const weights = Array.from(x.relu().dataSync());\n  let total = 0;\n  for (const weight of weights) total += weight;\n  return weights.map((weight) => weight / total);\n}`,
      },
      {
        title: 'a cosine similarity in JavaScript numbers',
        code: `export function similarity(a: tf.Tensor1D, b: tf.Tensor1D) {\n  const [x, y] = [a.dataSync(), b.dataSync()];\n  let [dot, xx, yy] = [0, 0, 0];\n  for (let i = 0; i < x.length; i++) {\n    dot += x[i] * y[i];\n    xx += x[i] * x[i];\n    yy += y[i] * y[i];\n  }\n  return dot / (Math.sqrt(xx) * Math.sqrt(yy));\n}`,
      },
      {
        title: 'a cosine similarity of two lists, of which one may hold zeros only',
        code: `export function similarity(a: number[], b: number[]) {\n  let [dot, xx, yy] = [0, 0, 0];\n  for (let i = 0; i < a.length; i++) {\n    dot += a[i] * b[i];\n    xx += a[i] * a[i];\n    yy += b[i] * b[i];\n  }\n  return dot / (Math.sqrt(xx) * Math.sqrt(yy));\n}`,
      },
      {
        title: 'samples by their peak, of silence',
        code: `export function normalise(samples: number[]) {\n  const peak = samples.reduce((top, one) => Math.max(top, Math.abs(one)), 0);\n  return tf.tensor1d(samples.map((one) => one / peak));\n}`,
      },
      {
        title: 'a coefficient of determination, of targets that are all alike',
        code: `export function determination(target: number[], predicted: number[]) {\n  const mean = target.reduce((sum, one) => sum + one, 0) / target.length;\n  const residual = target.reduce((sum, one, i) => sum + (one - predicted[i]) ** 2, 0);\n  const total = target.reduce((sum, one) => sum + (one - mean) ** 2, 0);\n  return 1 - residual / total;\n}`,
      },
      {
        title: 'returns of an episode in JavaScript numbers, all alike',
        code: `export class Memory {\n  rewards: number[] = [];\n  remember(reward: number) {\n    this.rewards.push(reward);\n  }\n  advantages() {\n    const returns: number[] = [];\n    let sum = 0;\n    for (const reward of this.rewards.slice().reverse()) {\n      sum = reward + 0.99 * sum;\n      returns.unshift(sum);\n    }\n    const mean = returns.reduce((a, b) => a + b, 0) / returns.length;\n    const deviation = Math.sqrt(returns.reduce((a, b) => a + (b - mean) ** 2, 0) / returns.length);\n    return tf.tensor1d(returns.map((one) => (one - mean) / deviation));\n  }\n}`,
      },
      {
        title: 'relative errors, and a mask of what they are relative to behind the division',
        code: `export function relative(truth: tf.Tensor1D, predicted: tf.Tensor1D) {\n  const known = tf.notEqual(truth, 0).toFloat();\n  return predicted.sub(truth).div(truth).abs().mul(known).mean();\n}`,
      },
      {
        title: 'a test of two shares, of which neither or both were counted throughout',
        code: `export function score(hits: number[], trials: number[]) {\n  const [k, n] = [tf.tensor1d(hits), tf.tensor1d(trials)];\n  const pooled = k.sum().div(n.sum());\n  const variance = pooled.mul(tf.sub(1, pooled)).mul(tf.div(1, n).sum());\n  const shares = k.div(n);\n  return shares.max().sub(shares.min()).div(tf.sqrt(variance));\n}`,
      },
      {
        title: 'min-max scaling of a column before it becomes a tensor',
        code: `export function column(values: number[]) {\n  const low = Math.min(...values);\n  const high = Math.max(...values);\n  return tf.tensor1d(values.map((value) => (value - low) / (high - low)));\n}`,
      },
      {
        title: 'a precision among predictions of which none may be positive',
        code: `export function precision(model: tf.LayersModel, x: tf.Tensor2D, labels: number[]) {\n  const predicted = (model.predict(x) as tf.Tensor).greater(0.5).dataSync();\n  let [hits, found] = [0, 0];\n  for (let i = 0; i < labels.length; i++) {\n    if (!predicted[i]) continue;\n    found += 1;\n    if (labels[i] === 1) hits += 1;\n  }\n  return hits / found;\n}`,
      },
      {
        title: 'a rate that warms up over no steps by default',
        code: `export const rate = (w: tf.Tensor, step: number, { base = 0.1, warmup = 0 } = {}) => w.mul(base * Math.min(1, step / warmup));`,
      },
      {
        title: 'the mean of what a filter leaves',
        code: `export function centre(points: { x: number; score: number }[], picture: tf.Tensor2D) {\n  const seen = points.filter(({ score }) => score > 0.3).map(({ x }) => x);\n  return picture.sub(seen.reduce((sum, x) => sum + x, 0) / seen.length);\n}`,
      },
      {
        title: 'a step of an own optimizer',
        code: `export class RootMeanSquare {\n  private readonly slots: Record<string, tf.Variable> = {};\n  constructor(private readonly rate = 0.01, private readonly decay = 0.9) {}\n  apply(weights: tf.Variable[], gradients: tf.Tensor[]) {\n    weights.forEach((weight, index) => {\n      const gradient = gradients[index];\n      this.slots[weight.name] ??= tf.variable(tf.zerosLike(weight), false);\n      const slot = this.slots[weight.name];\n      slot.assign(slot.mul(this.decay).add(gradient.square().mul(1 - this.decay)));\n      weight.assign(weight.sub(gradient.mul(this.rate).div(slot.sqrt())));\n    });\n  }\n}`,
      },
      {
        title: 'a precision, where no score passes the threshold',
        code: `export function precision(truth: tf.Tensor1D, scores: tf.Tensor1D) {\n  const predicted = scores.greater(0.5).toFloat();\n  const hits = truth.mul(predicted).sum();\n  return hits.div(hits.add(tf.sub(1, truth).mul(predicted).sum()));\n}`,
      },
      {
        title: 'a gain that is trained',
        code: `const gain = tf.variable(tf.randomUniform([8], 0, 16));\nexport const rescale = (x: tf.Tensor2D) => x.div(gain);`,
      },
      {
        title: 'the contrast of a picture on a page',
        code: `export function stretch(canvas: HTMLCanvasElement) {\n  const image = tf.browser.fromPixels(canvas).toFloat();\n  const low = image.min();\n  return image.sub(low).div(image.max().sub(low));\n}`,
      },
      {
        title: 'numbers that were typed in',
        code: `export function scaled(field: HTMLInputElement) {\n  const x = tf.tensor1d(field.value.split(',').map(Number));\n  return x.div(x.max().sub(x.min()));\n}`,
      },
      {
        title: 'a batch normalisation without an epsilon',
        code: `export function normalise(x: tf.Tensor2D) {\n  const { mean, variance } = tf.moments(x, 0);\n  return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, tf.zerosLike(mean) as tf.Tensor1D, tf.onesLike(mean) as tf.Tensor1D, 0);\n}`,
      },
    ],
    safe: [
      {
        title: 'eigenvalues with an epsilon, and an ideal ranking that is asked first',
        code: `const dcg = (gains: number[]) => gains.reduce((sum, gain, i) => sum + (2 ** gain - 1) / Math.log2(i + 2), 0);\nexport function scores(gains: number[], x: tf.Tensor2D, eigenvalues: tf.Tensor1D) {\n  const ideal = dcg([...gains].sort((a, b) => b - a));\n  const share = ideal > 0 ? dcg(gains) / ideal : 0;\n  return x.div(eigenvalues.maximum(0).add(1e-5).sqrt()).mul(share);\n}`,
      },
      {
        title: 'shares of counts that are asked first',
        code: `interface Counts { tp: number; fp: number; fn: number }\nconst ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);\nexport function report(c: Counts) {\n  const precision = c.tp + c.fp > 0 ? c.tp / (c.tp + c.fp) : 0;\n  return tf.tensor1d([precision, ratio(c.tp, c.tp + c.fn), 2 * c.tp / Math.max(1, 2 * c.tp + c.fp + c.fn)]);\n}`,
      },
      {
        title: 'a histogram by its fullest bin',
        code: `export function histogram(x: tf.Tensor1D) {\n  const counts: number[] = new Array(16).fill(0);\n  for (const value of x.toInt().dataSync()) counts[Math.max(0, Math.min(15, value))]++;\n  const peak = Math.max(...counts);\n  return counts.map((count) => count / peak);\n}`,
      },
      {
        title: 'by one more than a table holds of a word, and where it holds one',
        code: `export function weights(words: string[], counts: Map<string, number>) {\n  const rarer = words.map((word) => 10 / ((counts.get(word) ?? 0) + 1));\n  const known = words.map((word) => {\n    const count = counts.get(word) || 0;\n    return count > 0 ? 10 / count : 0;\n  });\n  return tf.tensor2d([rarer, known]);\n}`,
      },
      {
        title: 'shares by distance, of all but the point itself, of which the nearest one has 1',
        code: `export function affinities(points: number[][]) {\n  const rows = tf.tensor2d(points).square().arraySync();\n  return rows.map((row, i) => {\n    const others = row.filter((_, j) => j !== i);\n    const least = Math.min(...others);\n    let [rate, shares] = [1, [] as number[]];\n    for (let round = 0; round < 50; round++) {\n      const weights = others.map((one) => Math.exp(-rate * (one - least)));\n      const total = weights.reduce((sum, one) => sum + one, 0);\n      shares = weights.map((one) => one / total);\n      rate *= 2;\n    }\n    return shares;\n  });\n}`,
      },
      {
        title:
          'a deviation that is above a small part of the mean, and the noise of a schedule of so many steps',
        code: `const STEPS = 100;\nfunction schedule() {\n  const noise = Float32Array.from({ length: STEPS }, (_, t) => 1e-4 + (0.02 * t) / (STEPS - 1));\n  const kept = new Float32Array(STEPS);\n  let log = 0;\n  for (let t = 0; t < STEPS; t++) {\n    log += Math.log1p(-noise[t]!);\n    kept[t] = Math.exp(log);\n  }\n  return kept;\n}\nconst KEPT = schedule();\nexport const restored = (x: tf.Tensor2D, t: tf.Tensor1D) =>\n  x.div(tf.gather(tf.tensor1d(KEPT), t).reshape([-1, 1]).sqrt());\nexport function score(values: number[], value: number) {\n  const mean = values.reduce((sum, one) => sum + one, 0) / 100;\n  const deviation = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 100);\n  return deviation > 1e-9 * mean ? (value - mean) / deviation : 0;\n}`,
      },
      {
        title: 'the larger of two, where the smaller one is above 0, and one that is above a size',
        code: `export function hypotenuse(values: number[]) {\n  let [sum, largest] = [0, 0];\n  for (const value of values) {\n    const size = Math.abs(value);\n    if (largest < size) {\n      sum = sum * (largest / size) ** 2 + 1;\n      largest = size;\n    } else if (size > 0) sum += (size / largest) ** 2;\n  }\n  return tf.scalar(largest).mul(Math.sqrt(sum));\n}`,
      },
      {
        title: 'a test of two shares of which a little more is counted, and one that asks first',
        code: `export function scores(hits: number[], trials: number[]) {\n  const [k, n] = [tf.tensor1d(hits), tf.tensor1d(trials)];\n  const pooled = k.sum().add(1).div(n.sum().add(2));\n  const error = tf.sqrt(pooled.mul(tf.sub(1, pooled)));\n  const share = hits.reduce((sum, one) => sum + one, 0) / 400;\n  const byHand = share > 0 && share < 1 ? 1 / Math.sqrt(share * (1 - share)) : 0;\n  return k.div(400).div(error).mul(byHand);\n}`,
      },
      {
        title: 'quotients that `tf.where` does not take, of data',
        code: `export function standardise(rows: number[][]) {\n  const x = tf.tensor2d(rows);\n  const { mean, variance } = tf.moments(x, 0);\n  const deviation = variance.sqrt();\n  const z = x.sub(mean).div(deviation);\n  return tf.where(variance.equal(0), tf.zerosLike(z), z).arraySync();\n}`,
      },
      {
        title: 'a mean that `tf.where` does not take where the weights are all 0',
        code: `export function average(values: number[], weights: number[]) {\n  const w = tf.relu(tf.tensor1d(weights));\n  const total = w.sum();\n  const mean = tf.tensor1d(values).mul(w.div(total)).sum();\n  return tf.where(total.greater(0), mean, tf.scalar(0)).arraySync();\n}`,
      },
      {
        title: 'NaN that is replaced, where nothing is Infinity',
        code: `export function scale(values: number[]) {\n  const x = tf.tensor1d(values);\n  const scaled = x.sub(x.min()).div(x.max().sub(x.min()));\n  return tf.where(tf.isNaN(scaled), tf.zerosLike(scaled), scaled).arraySync();\n}`,
      },
      {
        title: 'gradients clipped by their norm, in JavaScript numbers',
        code: `export function clipped(gradient: tf.Tensor1D, limit: number) {\n  const norm = gradient.norm().dataSync()[0];\n  return gradient.mul(Math.min(1, limit / norm));\n}`,
      },
      {
        title: 'gradients clipped where their norm is above a limit',
        code: `export class Clipping {\n  constructor(private readonly limit: number) {}\n  apply(gradient: tf.Tensor1D) {\n    const norm = gradient.norm().arraySync() as number;\n    return norm > this.limit ? gradient.mul(this.limit / norm) : gradient;\n  }\n}`,
      },
      {
        title: 'gradients clipped by a scale below 1',
        code: `export async function clipped(gradient: tf.Tensor1D, limit: number) {\n  const [norm] = await gradient.norm().data();\n  const scale = limit / norm;\n  if (scale >= 1) return gradient;\n  return gradient.mul(scale);\n}`,
      },
      {
        title: 'an epsilon that float32 keeps',
        code: `export function standardise(data: tf.Tensor2D) {\n  const { mean, variance } = tf.moments(data, 0);\n  return data.sub(mean).div(variance.sqrt().add(1e-7));\n}`,
      },
      {
        title: 'a floor',
        code: `export const normalise = (map: tf.Tensor2D) => map.relu().div(map.relu().max().maximum(1e-6));`,
      },
      {
        title: 'another number in the place of 0, whatever the sign of the others',
        code: `export const quotients = (x: tf.Tensor, y: tf.Tensor) => [\n  x.div(tf.where(tf.equal(y, 0), tf.onesLike(y), y)),\n  x.div(y.where(y.abs().greater(1e-6), 1e-6)),\n  x.div(tf.where(y.equal(0).logicalNot(), y, 1)),\n];`,
      },
      {
        title: 'no float32 has the cosine 0',
        code: `export const slope = (dy: tf.Tensor, x: tf.Tensor) => [dy.div(x.cos().square()), dy.div(tf.cos(x).mul(tf.cos(x))), tf.cos(x).abs().log()];`,
      },
      {
        title: 'draws are not all alike',
        code: `export function sample(size: number) {\n  const noisy = tf.linspace(0, 1, size).add(tf.randomNormal([size], 0, 0.1));\n  const weights = tf.randomUniform([size]);\n  return [noisy.sub(noisy.min()).div(noisy.max().sub(noisy.min())), weights.div(weights.sum())];\n}`,
      },
      {
        title: 'a direction that is drawn',
        code: `export const directions = (x: tf.Tensor2D) => {\n  const v = tf.randomNormal([x.shape[1], 1]);\n  return [v.div(v.norm()), v.div(v.square().sum().sqrt())];\n};`,
      },
      {
        title: 'counts of which none is 0 any more',
        code: `export class Arms {\n  private readonly counts: number[];\n  constructor(arms: number, private readonly values: tf.Tensor1D) {\n    this.counts = new Array(arms).fill(0);\n  }\n  select() {\n    const untried = this.counts.indexOf(0);\n    if (untried >= 0) return untried;\n    return this.values.add(this.counts.map((count) => 1 / count)).argMax().dataSync()[0];\n  }\n  pull(arm: number) {\n    this.counts[arm]++;\n  }\n}`,
      },
      {
        title: 'a softmax by hand along any axis, of any rank',
        code: `export function attend(scores: tf.Tensor, axis: number) {\n  const e = scores.sub(scores.max(axis, true)).exp();\n  return e.div(e.sum(axis, true));\n}`,
      },
      {
        title: 'a softmax by hand, shifted: its sum is at least 1',
        code: `export function attend(scores: tf.Tensor2D) {\n  const e = scores.sub(scores.max(-1, true)).exp();\n  return e.div(e.sum(-1, true));\n}`,
      },
      {
        title: 'an empty mask counted as one',
        code: `export function maskedMean(loss: tf.Tensor1D, lengths: tf.Tensor1D) {\n  const mask = lengths.greater(0).cast('float32');\n  return loss.mul(mask).sum().div(mask.sum().maximum(1));\n}`,
      },
      {
        title: 'the overlap of two masks by their union, one of which is never empty',
        code: `export function jaccard(truth: tf.Tensor2D, mask: tf.Tensor2D, smooth = 1) {\n  const both = truth.mul(mask).sum(1);\n  const union = truth.abs().sum(1).add(mask.abs().sum(1)).sub(both.relu());\n  return tf.sub(1, both.add(smooth).div(union.maximum(0).add(smooth))).mean();\n}`,
      },
      {
        title: 'a reciprocal rank, if the item is in the list',
        code: `export function reciprocalRanks(scores: tf.Tensor2D, wanted: number[], k = 10) {\n  const lists = tf.topk(scores, k).indices.arraySync() as number[][];\n  const ranks = lists.map((list, user) => list.indexOf(wanted[user]) + 1);\n  return tf.tensor1d(ranks.map((rank) => (rank > 0 ? 1 / rank : 0)));\n}\nexport function discount(list: number[], item: number) {\n  const at = list.indexOf(item);\n  return tf.scalar(at === -1 ? 0 : 1 / (at + 1));\n}`,
      },
      {
        title: 'a number that is asked first',
        code: `export function standardise(values: number[]) {\n  const deviation = tf.moments(values).variance.sqrt().arraySync() as number;\n  return deviation > 0 ? values.map((value) => value / deviation) : values;\n}`,
      },
      {
        title: 'a count that each round adds to, in one way or the other, and one that is asked',
        code: `export function scores(x: tf.Tensor1D, labels: number[]) {\n  const predicted = x.dataSync();\n  let [right, wrong, positive, found] = [0, 0, 0, 0];\n  for (let i = 0; i < labels.length; i++) {\n    if (predicted[i] === labels[i]) right++;\n    else wrong++;\n    if (labels[i] !== 1) continue;\n    positive++;\n    if (predicted[i] === 1) found++;\n  }\n  return { accuracy: right / (right + wrong), recall: positive === 0 ? 0 : found / positive };\n}`,
      },
      {
        title: 'samples by their peak, or as they are',
        code: `export function normalise(samples: number[]) {\n  const peak = samples.reduce((top, one) => Math.max(top, Math.abs(one)), 0);\n  return tf.tensor1d(samples.map((one) => one / Math.max(peak, 1e-9)));\n}\nexport function loudest(samples: number[]) {\n  const peak = samples.reduce((top, one) => Math.max(top, Math.abs(one)), 0);\n  return peak > 0 ? tf.tensor1d(samples.map((one) => one / peak)) : tf.tensor1d(samples);\n}`,
      },
      {
        title: 'a rate that warms up over some steps, if any',
        code: `export const rate = (w: tf.Tensor, step: number, { base = 0.1, warmup = 0 } = {}) => w.mul(step < warmup ? (base * step) / warmup : base);`,
      },
      {
        title: 'the mean of what a filter leaves, if it leaves anything',
        code: `export function centre(points: { x: number; score: number }[], picture: tf.Tensor2D) {\n  const seen = points.filter(({ score }) => score > 0.3);\n  if (!seen.length) return picture;\n  return picture.sub(seen.reduce((sum, { x }) => sum + x, 0) / seen.length);\n}`,
      },
      {
        title: 'a draw that is drawn again while it is 0',
        code: `export function direction(size: number) {\n  let x = tf.randomNormal([size]);\n  let length = x.norm().dataSync()[0];\n  while (length < 1e-6) {\n    x = tf.randomNormal([size]);\n    length = x.norm().dataSync()[0];\n  }\n  return x.div(length);\n}`,
      },
      {
        title: 'a window of numbers that the program lays out, and a curve',
        code: `export function smooth(x: tf.Tensor1D, taps: number) {\n  const window = tf.tensor1d(Array.from({ length: taps }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / taps)));\n  return x.mul(window).div(window.sum());\n}\nexport function relativeError(x: tf.Tensor1D) {\n  const curve = tf.linspace(0, 1, 50).mul(3).sin();\n  return x.sub(curve).norm().div(curve.norm());\n}`,
      },
      {
        title: 'weights of classes, by how many of them there are',
        code: `export function classWeights(labels: number[], classes: number) {\n  const counts = new Array(classes).fill(0);\n  for (const label of labels) counts[label]++;\n  const present = counts.filter((count) => count > 0).length;\n  return tf.tensor1d(counts.map((count) => (count > 0 ? labels.length / (present * count) : 0)));\n}`,
      },
      {
        title: 'means of the groups that hold something, however that is asked',
        code: `export function means(values: number[], group: number[], groups: number) {\n  const all = Array.from({ length: groups }, () => ({ sum: 0, n: 0 }));\n  values.forEach((value, i) => {\n    all[group[i]].sum += value;\n    all[group[i]].n++;\n  });\n  return tf.tensor1d(all.filter(({ n }) => n).map(({ sum, n }) => sum / n));\n}`,
      },
      {
        title: 'a total that is asked first, or replaced',
        code: `export function shares(x: tf.Tensor1D) {\n  const weights = Array.from(x.relu().dataSync());\n  const total = weights.reduce((sum, weight) => sum + weight, 0);\n  if (total === 0) return weights;\n  return weights.map((weight) => weight / total);\n}\nexport function unit(x: tf.Tensor1D) {\n  const values = Array.from(x.dataSync());\n  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;\n  return values.map((value) => value / length);\n}`,
      },
      {
        title: 'probabilities of a softmax by their sum, in JavaScript numbers',
        code: `export function renormalise(logits: tf.Tensor1D) {\n  const p = Array.from(tf.softmax(logits).dataSync());\n  const total = p.reduce((sum, one) => sum + one, 0);\n  return p.map((one) => one / total);\n}`,
      },
      {
        title: 'a softmax in JavaScript numbers, shifted by the maximum',
        code: `export async function probabilities(logits: tf.Tensor1D) {\n  const values = await logits.data();\n  const top = Math.max(...values);\n  const e = Array.from(values, (value) => Math.exp(value - top));\n  const total = e.reduce((sum, one) => sum + one, 0);\n  return e.map((one) => one / total);\n}`,
      },
      {
        title: 'a dice coefficient that counts one element more',
        code: `/** @range truth [0, 1] @range mask [0, 1] */\nexport const dice = (truth: tf.Tensor3D, mask: tf.Tensor3D) =>\n  truth.mul(mask).sum().mul(2).add(1).div(truth.sum().add(mask.sum()).add(1));`,
      },
      {
        title: 'a step of an own optimizer that keeps away from 0',
        code: `const slots: Record<string, tf.Variable> = {};\nexport function apply(weight: tf.Variable, gradient: tf.Tensor) {\n  slots[weight.name] ??= tf.variable(tf.zerosLike(weight), false);\n  const slot = slots[weight.name];\n  slot.assign(slot.mul(0.9).add(gradient.square().mul(0.1)) as tf.Tensor);\n  weight.assign(weight.sub(gradient.mul(0.01).div(slot.sqrt().add(1e-8))));\n}`,
      },
      {
        title: 'columns that are asked whether they vary',
        code: `export function column(values: number[]) {\n  const low = Math.min(...values);\n  const high = Math.max(...values);\n  if (high === low) return tf.zeros([values.length]);\n  return tf.tensor1d(values.map((value) => (value - low) / (high - low)));\n}\nexport function standardised(values: number[]) {\n  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;\n  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;\n  return tf.tensor1d(values.map((value) => (value - mean) / deviation));\n}`,
      },
      {
        title: 'the distance between two numbers that are given',
        code: `export const scaled = (x: tf.Tensor1D, low: number, high: number) => x.sub(low).div(high - low);`,
      },
      {
        title: 'a number of JavaScript that no tensor gave',
        code: `export const centre = (image: tf.Tensor3D, low: number, high: number) => image.mul(1 / Math.abs(high - low));`,
      },
      { title: 'a constant', code: `export const centre = (image: tf.Tensor3D) => image.div(127.5).sub(1);` },
    ],
  },
});
