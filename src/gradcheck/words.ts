import { CUSTOM_GRADIENT } from './fault.js';
import type { Found } from './found.js';
import type { GradientElement, GradientEvidence, Precision } from './report.js';

/** A number as a person reads it, with the digits that tell it from its neighbours. */
export function shown(value: number, digits = 7): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  return String(Number(value.toPrecision(digits)));
}

export interface Telling {
  readonly name: string;
  readonly order: 1 | 2;
  readonly precision: Precision;
  readonly inputs: number;
}

/** What was found, in one paragraph: what, where, with the numbers, and what to do. */
export function messageOf(found: Found, telling: Telling): string {
  const sentences = [what(found, telling), kernelSentence(found), leakSentence(found.evidence)];
  return sentences.filter((sentence) => sentence !== undefined).join(' ');
}

function what(found: Found, telling: Telling): string {
  const { verdict, worst, evidence, cause } = found;
  const { precision } = telling;
  const gradient = telling.order === 2 ? 'second derivative' : 'gradient';
  const of = `The ${gradient} of ${telling.name}`;
  const at = worst === undefined ? '' : ` at ${placeIn(worst, telling.inputs)} = ${shown(worst.at)}`;
  switch (verdict) {
    case 'correct': {
      const flat =
        cause?.kind === 'flat'
          ? ` It is 0: nothing that is trained through ${telling.name} moves from here.`
          : '';
      return `${of} is right: ${evidence.coordinates} of ${evidence.elements} elements and ${evidence.directions} directions agree with differences to ${shown(evidence.formulaError, 2)}.${flat}`;
    }
    case 'wrong-gradient':
      return wrong(found, of, at);
    case 'invalid-subgradient':
      return invalid(found, of, at);
    case 'non-differentiable':
      return `${telling.name} ${evidence.kind === 'jump' ? 'jumps' : 'has a kink'}${at}${slopes(evidence)}: there is no ${gradient}.${used(worst)}`;
    case 'one-sided':
      return cause?.kind === 'pole'
        ? `${telling.name} is infinite at the end of its domain${at}.${used(worst)} Keep the input away from it.`
        : `${telling.name} ends${at}, the end of its domain${slopes(evidence)}.${used(worst)} Keep the input away from it, or bound it before.`;
    case 'nan-gradient':
      if (cause?.kind === 'undefined')
        return `${telling.name} is NaN at these inputs, in float64 too: there is no ${gradient}.`;
      if (cause?.kind === 'value')
        return `${telling.name} is NaN in ${precision}; in float64 it is ${shown(cause.wide)}.`;
      return `${of} is NaN${at}${evidence.kind === 'kink' ? `, where the function has a kink${slopes(evidence)}` : `; it should be ${shown(worst?.reference ?? NaN)}`}.`;
    case 'inf-gradient':
      return `${of} is ${shown(worst?.autodiff ?? Infinity)}${at}; it should be ${shown(worst?.reference ?? NaN)}.`;
    case 'overflow':
      if (cause?.kind === 'undefined')
        return `${telling.name} is not finite at these inputs, in float64 too.`;
      if (cause?.kind === 'value')
        return `${telling.name} is ${cause.narrow} in ${precision}; in float64 it is ${shown(cause.wide)}. A number leaves the range of ${precision} on the way.`;
      return `${of} is ${shown(worst?.autodiff ?? NaN)} in ${precision}${at}; in float64 it is ${shown(worst?.reference ?? NaN)}, outside of the range of ${precision}.`;
    case 'cancellation':
      return `${lost(found, telling, of, at)} Another formula would keep them: inputs rounded to ${precision} do less harm.`;
    case 'ill-conditioned':
      return `${lost(found, telling, of, at)} No formula would keep them: rounding the inputs to ${precision} does as much harm.`;
    case 'vanished-gradient':
      return `${of} is 0 in ${precision}${at}; it is ${shown(worst?.reference ?? NaN)}.`;
    case 'missing-gradient':
      return missing(found, telling, of);
    case 'inconclusive':
      return unclear(found, telling, of, at);
  }
}

function wrong({ cause, worst, evidence }: Found, of: string, at: string): string {
  const rate =
    evidence.rate === undefined || !(evidence.rate < 1.5)
      ? ''
      : ` The Taylor remainder falls with h^${shown(evidence.rate, 2)}; with the right gradient it would with h^2.`;
  if (cause?.kind === 'upstream')
    return `${of} does not follow the gradient that comes from above: times ${cause.factor} upstream it is ${shown(worst!.autodiff)}${at}, not ${shown(worst!.reference)}. A gradient function has to multiply by \`dy\`.`;
  if (worst === undefined && cause?.kind === 'direction')
    return `${of} is wrong: along a direction over all elements autodiff says ${shown(cause.claimed)}, differences say ${shown(cause.slope)}.${rate}`;
  return `${of} is wrong${at}: autodiff says ${shown(worst!.autodiff)}, differences say ${shown(worst!.reference)} ± ${shown(worst!.errorBound, 2)}.${rate}`;
}

function invalid({ cause, worst, evidence }: Found, of: string, at: string): string {
  if (cause?.kind === 'direction')
    return `${of} is no sub-gradient${at}: at a tie every element gets a share of its own, and together they are too much. Along a direction over the tied elements the slope is ${shown(cause.slope)}, autodiff says ${shown(cause.claimed)}.`;
  return `${of} is no sub-gradient${at}: the slopes of both sides are ${shown(evidence.sides!.backward)} and ${shown(evidence.sides!.forward)}, autodiff says ${shown(worst!.autodiff)}.`;
}

function lost({ cause, worst }: Found, { name, precision }: Telling, of: string, at: string): string {
  if (cause?.kind === 'value')
    return `${name} loses its digits in ${precision}: ${shown(cause.narrow)}, where float64 has ${shown(cause.wide)}.`;
  return `${of} loses its digits in ${precision}: ${shown(worst!.autodiff)}${at}, where float64 has ${shown(worst!.reference)}.`;
}

function missing({ cause, worst, evidence, origin }: Found, { name, order }: Telling, of: string): string {
  const what = order === 2 ? `the gradient of ${name}` : name;
  if (cause?.kind === 'constant')
    return `TensorFlow.js finds no way from ${order === 2 ? what : `the result of ${name}`} back to its inputs: \`tf.grad\` throws.`;
  if (cause?.kind === 'detached')
    return `TensorFlow.js finds no way back to input ${cause.input}, though ${what} depends on it: differences say ${shown(worst!.reference)} at [${worst!.index.join(', ')}].${origin === undefined ? ' Was its value taken out with dataSync, or made a new tensor of?' : ''}`;
  return `TensorFlow.js cannot compute it. ${of} throws: ${(evidence.thrown ?? '').replace(/\.$/, '')}.`;
}

function unclear({ cause, worst }: Found, { name }: Telling, of: string, at: string): string {
  if (cause?.kind === 'random')
    return `${name} gives another result for the same inputs: it draws new random numbers each time. Give the op a seed (\`tf.randomNormal(shape, 0, 1, 'float32', seed)\`, \`tf.dropout(x, rate, noiseShape, seed)\`), or draw outside of the function.`;
  if (cause?.kind === 'state')
    return `${name} gives another result for the same inputs: it depends on something that changes from call to call (a counter, a clock, data that is read on). Let it capture fixed values.`;
  if (cause?.kind === 'variable')
    return `${name} gives another result for the same inputs: it changes a variable. Check it with the update left out (for layers: \`training: false\`).`;
  const bound =
    worst === undefined
      ? ''
      : ` Differences say ${shown(worst.reference)} ± ${shown(worst.errorBound, 2)}, autodiff says ${shown(worst.autodiff)}.`;
  return `${of} cannot be judged${at}: even in float64 the function is too noisy to show a slope.${bound}`;
}

export function placeIn({ input, index }: Pick<GradientElement, 'input' | 'index'>, inputs: number): string {
  const element = index.length === 0 ? '' : `[${index.join(', ')}]`;
  if (inputs === 1) return element === '' ? 'the input' : element;
  return element === '' ? `input ${input}` : `input ${input} ${element}`;
}

function slopes({ sides }: GradientEvidence): string {
  if (sides === undefined) return '';
  const { backward, forward } = sides;
  if (Number.isNaN(backward)) return ` (slope ${shown(forward)} from above)`;
  if (Number.isNaN(forward)) return ` (slope ${shown(backward)} from below)`;
  return ` (slope ${shown(backward)} from below, ${shown(forward)} from above)`;
}

const used = (worst: GradientElement | undefined): string =>
  worst === undefined ? '' : ` Autodiff uses ${shown(worst.autodiff)}.`;

function kernelSentence({ verdict, origin }: Found): string | undefined {
  if (origin === undefined) return undefined;
  const culprit =
    origin.kernel === CUSTOM_GRADIENT ? 'the custom gradient' : `the gradient of ${origin.kernel}`;
  if (origin.twice === true) return `At fault is ${culprit}: it is right itself, its own gradient is not.`;
  if (verdict === 'wrong-gradient')
    return `At fault is ${culprit}: alone, it does not give the slope of its own value.`;
  const pass = origin.during === 'forward' ? 'the forward pass' : 'the backward pass';
  return `The first kernel to break is ${origin.kernel}, in ${pass}.`;
}

const leakSentence = ({ leaked }: GradientEvidence): string | undefined =>
  leaked === undefined ? undefined : `Each call leaves ${leaked} tensor${leaked === 1 ? '' : 's'} behind.`;
