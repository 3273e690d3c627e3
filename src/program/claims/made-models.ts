/**
 * Models that functions of the project make, `return tf.sequential(…)`: a parameter that is used as a model, and that nobody is
 * seen to hand over, is taken for the one that its file makes. As with a type, this is a claim.
 */
import { isIdentifier, ts } from '../../source/typescript.js';
import { asPattern, wordsOf } from '../../source/words.js';
import type { InputValue, LayerValue, Value } from '../values.js';
import { areBeside } from './records.js';

interface Made {
  /** The words in the name of the function: `build`, `generator`. */
  readonly words: readonly string[];
  /** As it was left by the last call of the function. */
  model: LayerValue;
}

export class MadeModels {
  private readonly known = new Map<ts.SourceFile, Map<ts.Node, Made>>();

  /** Notes what a function gave. */
  note(value: Value, declaration: ts.FunctionLikeDeclaration): void {
    if (value.kind !== 'layer' || !(value.type === 'sequential' || value.type === 'model')) return;
    const source = declaration.getSourceFile();
    const ofFile = this.known.get(source) ?? new Map<ts.Node, Made>();
    this.known.set(source, ofFile);
    ofFile.set(declaration, { words: wordsOf(nameOf(declaration)), model: value });
  }

  /** The model that an input is taken for: the only one that is made nearby, or the only one of its name. */
  for({ name, claim, place }: InputValue): LayerValue | undefined {
    if (this.known.size === 0 || (claim?.kind === 'other' && claim.name === 'GraphModel')) return undefined;
    const source = place.getSourceFile();
    const own = this.known.get(source);
    const made = own ?? [...this.known].find(([file]) => areBeside(file, source))?.[1];
    if (made === undefined) return undefined;
    const all = [...made.values()];
    const words = wordsOf(name.replace(/^.*[.\]]/, '')).filter((word) => !GENERAL.has(word));
    const [only, ...others] = all.filter((one) => words.every((word) => one.words.includes(word)));
    const isTold = words.length > 0 || all.length === 1;
    return isTold && others.length === 0 ? only?.model : undefined;
  }
}

/** Of any model. */
const GENERAL: ReadonlySet<string> = new Set(['model', 'net', 'network', 'nn', 'm']);

const takers = new WeakMap<ts.Node, boolean>();

/** Whether what other functions make may be what one of its parameters is. */
export function takesModel(declaration: ts.FunctionLikeDeclaration): boolean {
  const known = takers.get(declaration) ?? usesModel(declaration);
  takers.set(declaration, known);
  return known;
}

function usesModel({ parameters, body }: ts.FunctionLikeDeclaration): boolean {
  const names = parameters.flatMap(({ name }) => (isIdentifier(name) ? [asPattern(name.text)] : []));
  if (body === undefined || names.length === 0) return false;
  const used = new RegExp(
    String.raw`(?<![\w$.])(?:${names.join('|')})!?\.(?:predict|apply|fit|evaluate|trainOn|loss)`,
  );
  return used.test(body.getText());
}

/** `buildModel` of `function buildModel()`, and of `const buildModel = () => …`. */
function nameOf({ name, parent }: ts.FunctionLikeDeclaration): string {
  if (name !== undefined && isIdentifier(name)) return name.text;
  return ts.isVariableDeclaration(parent) && isIdentifier(parent.name) ? parent.name.text : '';
}
