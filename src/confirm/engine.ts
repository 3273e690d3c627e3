import { CPU, type Backend } from '../facts/backend.js';
import type { RealmTensor, RealmVariable, TensorInfo } from '../float64/engine.js';
import type { AuditedGradient, Precision } from './evaluation.js';
import type { Mending } from './mending.js';
import { Perturbation } from './perturbation.js';

export {
  isTensor,
  type CpuBackend,
  type Engine,
  type KernelArguments,
  type KernelConfig,
  type RealmTensor,
  type RealmVariable,
  type TapeNode,
  type TensorInfo,
} from '../float64/engine.js';

/** What gradients are measured along, in place of what they are taken by. */
export interface Along {
  readonly of: (taken: readonly RealmTensor[]) => readonly RealmTensor[];
  /** Whether the gradient is to be taken by it as well: else it is 0 along what the unit does not take it by. */
  readonly isTaken: boolean;
}

/** What was seen of the current run; cleared before each. */
export class Trace {
  /** Off between runs: leftovers of asynchronous user code are not part of any. */
  active = false;
  precision: Precision = 'float32';
  /** Whose numbers `float32` stands for. */
  backend: Backend = CPU;
  readonly perturbation = new Perturbation();
  kernels = 0;
  origin: { kernel: string; during: 'forward' | 'backward'; atSite: boolean } | undefined;
  /** Something that is not finite came about at another place than the site. */
  brokenElsewhere = false;
  mending: Mending | undefined;
  /** The site ends a formula: what breaks in its parts breaks at the site. */
  isFormula = false;
  phase: 'forward' | 'backward' = 'forward';
  /** How deep inside the expression of the site. */
  siteDepth = 0;
  /** Gradient functions that are running, innermost last: whether the op each belongs to ran at the site. */
  readonly gradientsOfSite: boolean[] = [];
  /** Times that the unit itself asked for gradients: it trains. */
  innerGradients = 0;
  /** A backward pass threw, whether or not user code caught it. */
  failedBackward = false;
  /** Whether the gradient function that ran last belongs to an op at the site. */
  lastGradientOfSite = false;
  /** Kernels that ran at the site and have no gradient. */
  readonly withoutGradient = new Set<string>();
  readonly kept: RealmTensor[] = [];
  /** Told of each variable that a step of an optimizer makes for itself. */
  onSlot: ((slot: RealmVariable) => void) | undefined;
  /** Set when gradients that the unit takes are to be measured: called before its loss is run again. */
  audit: (() => void) | undefined;
  /** What is measured along, in place of what the gradients are taken by. */
  along: Along | undefined;
  readonly audited: AuditedGradient[] = [];
  /** How often each model was asked, which gives one answer after the other. */
  answers = new Map<object, number>();
  /** Set while the inputs of a run are made: the only numbers from outside that may be finer than float32. */
  takesInputs = false;
  /** When set, the tensor operands of every kernel that runs at the site are added. */
  siteOperands: TensorInfo[] | undefined;

  begin(precision: Precision): void {
    this.active = true;
    this.precision = precision;
    this.perturbation.begin();
    this.kernels = 0;
    this.origin = undefined;
    this.brokenElsewhere = false;
    this.mending = undefined;
    this.phase = 'forward';
    this.siteDepth = 0;
    this.gradientsOfSite.length = 0;
    this.innerGradients = 0;
    this.audited.length = 0;
    this.failedBackward = false;
    this.lastGradientOfSite = false;
    this.withoutGradient.clear();
    this.kept.length = 0;
    this.siteOperands = undefined;
    this.answers.clear();
  }

  end(): void {
    this.active = false;
  }

  get during(): 'forward' | 'backward' {
    return this.gradientsOfSite.length > 0 ? 'backward' : this.phase;
  }

  get atSite(): boolean {
    return this.gradientsOfSite.at(-1) ?? (this.siteDepth > 0 && this.phase === 'forward');
  }
}
