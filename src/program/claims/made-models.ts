/**
 * Models that functions of the project make, `return tf.sequential(…)`: a parameter that is used as a model, and that nobody is
 * seen to hand over, is taken for the one that its file makes. As with a type, this is a claim.
 */
import { isIdentifier, ts } from '../../source/typescript.js';
import { wordsOf } from '../../source/words.js';
import type { InputValue, LayerValue, Value } from '../values.js';
import { areBeside } from './records.js';

interface Made {
  /** The words in the name of the function: `build`, `generator`. */
  readonly words: readonly string[];
  /** What its calls gave: `createModel(outputs)` makes others for the actor and for the critic. */
  readonly models: Set<LayerValue>;
}

export class MadeModels {
  private readonly known = new Map<ts.SourceFile, Map<ts.Node, Made>>();

  /** Notes what a function gave. */
  note(value: Value, declaration: ts.FunctionLikeDeclaration): void {
    if (value.kind !== 'layer' || !(value.type === 'sequential' || value.type === 'model')) return;
    const source = declaration.getSourceFile();
    const ofFile = this.known.get(source) ?? new Map<ts.Node, Made>();
    this.known.set(source, ofFile);
    const made = ofFile.get(declaration) ?? { words: wordsOf(nameOf(declaration)), models: new Set() };
    ofFile.set(declaration, made);
    made.models.add(value);
  }

  /**
   * The models that an input is taken for, of one function: the only one nearby that makes some, or the only one that has the
   * words of its name. Under a name that any model has, it is none that has a role by its own: a critic, a generator.
   */
  for({ name, claim, place }: InputValue): readonly LayerValue[] {
    const isOther =
      claim !== undefined && (claim.kind !== 'other' || OTHER_MODELS.test(place.parent.getText()));
    if (this.known.size === 0 || isOther) return [];
    const source = place.getSourceFile();
    const own = this.known.get(source);
    const near = own === undefined ? [...this.known].filter(([file]) => areBeside(file, source)) : [];
    const all = [...(own?.values() ?? near.flatMap(([, ofFile]) => [...ofFile.values()]))];
    const words = wordsOf(name.replace(/^.*[.\]]/, '')).filter((word) => !GENERAL.has(word));
    const [only, ...others] = all.filter((one) => words.every((word) => one.words.includes(word)));
    const isNamed = words.length > 0 || (all.length === 1 && isOfNoRole(all[0]!));
    return isNamed && only !== undefined && others.length === 0 ? [...only.models] : [];
  }
}

const isOfNoRole = ({ words }: Made): boolean => !words.some((word) => ROLES.has(word));

/** In the type of a parameter: models of which nobody sees the layers. */
const OTHER_MODELS = /\b(?:GraphModel|InferenceModel)\b/;

/** Of any model. */
const GENERAL: ReadonlySet<string> = new Set(['model', 'net', 'network', 'nn', 'm']);

const HANDED_ON = ['model', 'net', 'network'];

const ROLES: ReadonlySet<string> = new Set([
  ...['critic', 'actor', 'policy', 'value', 'reward', 'target', 'teacher', 'student'],
  ...['discriminator', 'generator', 'encoder', 'decoder', 'head', 'backbone', 'embedding'],
]);

const takers = new WeakMap<ts.Node, boolean>();

/** Whether what other functions make may be what one of its parameters is. */
export function takesModel(declaration: ts.FunctionLikeDeclaration): boolean {
  const known = takers.get(declaration) ?? usesModel(declaration);
  takers.set(declaration, known);
  return known;
}

function usesModel({ parameters, body }: ts.FunctionLikeDeclaration): boolean {
  if (body === undefined) return false;
  const names = new Set(parameters.flatMap(({ name }) => namesIn(name)));
  if (names.size === 0) return false;
  // Which may only be handed on, to a function that uses it.
  if (HANDED_ON.some((name) => names.has(name))) return true;
  for (const [, name] of body.getText().matchAll(USED_AS_MODEL)) if (names.has(name!)) return true;
  return false;
}

/** `model.predict`, `agent.critic!.trainOnBatch`, looked for from behind: calls of these names are rare. */
const USED_AS_MODEL =
  /\.(?:predict|apply|fit|evaluate|trainOn|loss)(?<=(?<![\w$.])([\w$]+)(?:\.\w+)?!?\.\w+)/g;

/** The names that a parameter gives: several where it is a pattern. */
const namesIn = (name: ts.BindingName): readonly string[] =>
  isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(element.name) : []));

/** `buildModel` of `function buildModel()`, and of `const buildModel = () => …`. */
function nameOf({ name, parent }: ts.FunctionLikeDeclaration): string {
  if (name !== undefined && isIdentifier(name)) return name.text;
  return ts.isVariableDeclaration(parent) && isIdentifier(parent.name) ? parent.name.text : '';
}
