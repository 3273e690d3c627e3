import type { Size } from '../facts/shape.js';
import type { Attributes } from '../ops/row.js';
import type { Span } from '../source/span.js';
import type { CallShapes } from './custom-calls.js';
import type { Node, Differentiated } from './node.js';
import type { Primitive } from './values.js';

/** A callable piece of the user's code, and what its caller has to provide. */
export interface Unit {
  /** `loss`, `Agent.train`, `<module>`. */
  readonly name: string;
  readonly kind: 'function' | 'method' | 'closure' | 'module';
  readonly span: Span;
  /** For methods: the class, if it has a name at module level; `static` methods take no `this`. */
  readonly className?: string | undefined;
  readonly methodName?: string | undefined;
  /** The class of its `this`, in the same file, where the method is one of an abstract class. */
  readonly receiver?: string | undefined;
  readonly static?: boolean | undefined;
  /** Whether tensors that flow through it are differentiated. */
  readonly differentiated: Differentiated;
  /** What `tf.customGrad` was given: it returns a value and the function of its gradient. */
  readonly custom?: boolean | undefined;
  /** It is the gradient of a kernel; its parameters are then those of the kernel. */
  readonly kernel?: KernelGradient | undefined;
  /** The shapes that the project calls it with, where that is known. */
  readonly calls?: readonly CallShapes[] | undefined;
  readonly inputs: readonly UnitInput[];
}

/** What `registerGradient` is told: how the `gradFunc` that is the unit is called, and what runs its kernel. */
export interface KernelGradient {
  readonly name: string;
  /** The inputs of the kernel whose tensors `gradFunc` is handed, in this order. */
  readonly inputsToSave: readonly string[];
  readonly outputsToSave: readonly boolean[];
  readonly saveAllInputs: boolean;
  /** The op of TensorFlow.js that runs it; absent: a kernel of the project. */
  readonly op?:
    | {
        readonly name: string;
        /** Those that are the same in every call. */
        readonly attributes: Attributes;
        /** Operands that are vectors along an axis of the first one, with that axis. */
        readonly vectors: Readonly<Record<string, number>>;
      }
    | undefined;
  /** Where the project has the code of its own kernel. */
  readonly code?: Span | undefined;
}

export interface UnitInput {
  /** As in messages: `yTrue`, `config.epsilon`, `this.mean`. */
  readonly name: string;
  readonly source: 'parameter' | 'captured' | 'this';
  readonly form: UnitInputForm;
}

/** A class at the top level of a file. */
export interface ClassReference {
  readonly name: string;
  readonly file: string;
}

/** What a number is used for. */
export type NumberRole =
  | { readonly kind: 'size'; readonly size: Size }
  /** Which axis of a tensor, or where along one. */
  | { readonly kind: 'axis' }
  | { readonly kind: 'index' };

export type UnitInputForm =
  /** `as: 'array'`: the unit takes nested arrays and makes the tensor itself. */
  | {
      readonly kind: 'tensor';
      readonly node: Node;
      readonly claimedRank?: number | undefined;
      readonly as?: 'array' | undefined;
    }
  | { readonly kind: 'number'; readonly node: Node; readonly role?: NumberRole | undefined }
  /** A list of numbers that is gone through as a whole; the node stands for any of them. */
  | { readonly kind: 'numbers'; readonly node: Node; readonly atLeast: number }
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null | undefined }
  /** What conditions ask of it: any of these. */
  | { readonly kind: 'choice'; readonly values: readonly Primitive[] }
  /** `of`: the class that it is an instance of. */
  | {
      readonly kind: 'object';
      readonly fields: Readonly<Record<string, UnitInputForm>>;
      readonly of?: ClassReference | undefined;
    }
  | { readonly kind: 'list'; readonly elements: readonly UnitInputForm[] }
  /** A model or layer: what its calls give, in their order. */
  | { readonly kind: 'model'; readonly answers: readonly UnitInputForm[] }
  /** TensorFlow.js itself, or what it has under a path. */
  | { readonly kind: 'tensorflow'; readonly path: string }
  /** An optimizer of TensorFlow.js. */
  | { readonly kind: 'optimizer' }
  | { readonly kind: 'unused' }
  | { readonly kind: 'opaque'; readonly why: string };
