import { BundleError } from '../confirm/bundle-error.js';
import { Bundler, type ReadText } from '../confirm/bundle.js';
import type { Comparison } from '../confirm/comparison.js';
import type { Confirmer } from '../confirm/confirm.js';
import { inputsOf } from '../confirm/witness-inputs.js';
import { messageOf } from '../errors.js';
import type { Proof, Verdict } from '../report/report.js';
import type { Finding, FixCandidate } from '../rule/finding.js';
import { applyEdits, movedSpan } from './apply.js';
import type { SourceEdit } from './write.js';

/** A candidate whose edits are written out. */
export interface WrittenFix {
  readonly candidate: FixCandidate;
  readonly edits: readonly SourceEdit[];
}

/** A fix, and what running it beside the original showed. */
export interface TriedFix extends WrittenFix {
  readonly proof: Proof | undefined;
  /** Why there is no proof: it could not be run, or it is no fix. */
  readonly reason?: string | undefined;
  /** It was run, and is no fix. */
  readonly isRefuted: boolean;
}

/** Fewer healthy points than these prove nothing, unless there are no inputs to choose. */
const FEWEST_POINTS = 8;

/** A guard stays near the danger, where a rounding is amplified: an arc cosine at 1e-6 from 1. */
const NEAR_DANGER = 16;

/** Runs fixed units beside the original ones. */
export class Prover {
  constructor(
    private readonly confirmer: Confirmer,
    private readonly readText: (file: string) => string,
  ) {}

  /** Tries the candidates in their order, and stops at one that leaves nothing to be wished for. */
  async proveAll(finding: Finding, verdict: Verdict, written: readonly WrittenFix[]): Promise<TriedFix[]> {
    const tried: TriedFix[] = [];
    for (const fix of written) {
      const result = await this.prove(finding, verdict, fix);
      tried.push(result);
      if (result.proof?.gradientAlive === true) break;
    }
    return tried;
  }

  /** Only of findings whose function itself was run: a slice is no source text, and cannot be edited. */
  async prove(finding: Finding, verdict: Verdict, { candidate, edits }: WrittenFix): Promise<TriedFix> {
    const tried = (rest: Pick<TriedFix, 'proof' | 'reason' | 'isRefuted'>): TriedFix => ({
      candidate,
      edits,
      ...rest,
    });
    if (verdict.evidence !== 'function')
      return tried({ proof: undefined, reason: 'no function was run', isRefuted: false });
    try {
      const comparison = await this.compare(finding, verdict, edits);
      if (typeof comparison === 'string')
        return tried({ proof: undefined, reason: comparison, isRefuted: false });
      const doubt = doubtOf(candidate, comparison);
      if (doubt !== undefined) return tried({ proof: undefined, reason: doubt, isRefuted: false });
      const why = refutation(candidate, comparison);
      if (why !== undefined) return tried({ proof: undefined, reason: why, isRefuted: true });
      // A shape fix is only looked at where both run: where neither does, nothing was seen.
      if (comparison.points === 0 && comparison.ran === 0)
        return tried({ proof: undefined, reason: 'nothing was found that both can take', isRefuted: false });
      return tried({ proof: proofOf(candidate, comparison), isRefuted: false });
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      return tried({ proof: undefined, reason: messageOf(error), isRefuted: false });
    }
  }

  private async compare(
    finding: Finding,
    verdict: Verdict,
    edits: readonly SourceEdit[],
  ): Promise<Comparison | string> {
    const texts = applyEdits(edits, this.readText);
    const overlay: ReadText = (file) => texts.get(file) ?? this.readText(file);
    const unit = { ...finding.unit, span: movedSpan(finding.unit.span, edits) };
    const site = movedSpan(finding.site.span, edits);
    const job = await this.confirmer.functionJob(finding);
    const other = this.confirmer.functionJobOf(finding, await new Bundler(overlay).bundle(unit, site));
    const witness = verdict.witness && inputsOf(job, verdict.witness);
    const pool = this.confirmer.poolOf(finding);
    return typeof pool === 'string' ? pool : await pool.compare(job, other, witness);
  }
}

/** Why nothing was seen of what a candidate is to mend; undefined if it was. */
function doubtOf({ claim }: FixCandidate, { witness, failsAgain }: Comparison): string | undefined {
  if (claim === 'shape') return undefined;
  if (witness === undefined) return 'the witness cannot be made again';
  return failsAgain === false ? 'the original does not fail when the witness is run again' : undefined;
}

/** Why a candidate is no fix; undefined if it is one. */
function refutation({ claim }: FixCandidate, comparison: Comparison): string | undefined {
  const { fault, points, shapesDiffer, maxRelativeError, witness, alike } = comparison;
  // What met by accident may not fit at all where the sizes differ: to throw there is better.
  if (claim === 'shape') return comparison.ran === 0 && points > 0 ? fault : undefined;
  if (fault !== undefined) return fault;
  if (witness?.thrown !== undefined) return `it throws: ${witness.thrown}`;
  if (witness !== undefined && !witness.finite) return 'it fails where the original does';
  if (comparison.failsElsewhere > 0) return 'it fails on other inputs on which the original does';
  if (points < (comparison.isConstant ? 1 : FEWEST_POINTS) && claim === 'equal')
    return `only ${points} inputs were found that the original can take`;
  if (shapesDiffer) return 'its results have other shapes';
  if (claim === 'guard') {
    if (witness !== undefined && witness.ownError > NEAR_DANGER * comparison.agreement)
      return `it is wrong by ${witness.ownError} at the witness`;
    if (alike.of > 2 * alike.points)
      return `it is another function: of ${alike.of} ordinary inputs it agrees on ${alike.points}`;
    return undefined;
  }
  if (!comparison.isEqual) return `it differs from the original by ${maxRelativeError}`;
  if (witness !== undefined && witness.error > comparison.agreement)
    return `it is wrong by ${witness.error} at the witness`;
  return undefined;
}

/** A guard changes what it guards; what counts is what it does to ordinary numbers. */
function proofOf({ claim }: FixCandidate, comparison: Comparison): Proof {
  const { gradientAlive, ordinary, extreme } = comparison;
  if (claim === 'equal') {
    const { points, maxRelativeError } = comparison;
    return { equal: true, maxRelativeError, gradientAlive, points };
  }
  return { equal: false, ...ordinary, gradientAlive, ...(extreme.points > 0 && { extreme }) };
}
