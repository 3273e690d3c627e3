/** What calls hand over that there are no steps left to follow: a function that is read by itself for it is read with that. */
import { ts } from '../../source/typescript.js';
import type { Value } from '../values.js';
import { MadeModels } from './made-models.js';
import { Records } from './records.js';
import { documentedParameters, type DocumentedParameter } from './documentation.js';

type Described = ReadonlyMap<string, DocumentedParameter>;

/** The shapes of the first call of each function that was not followed. */
export class Handed {
  /** What functions give, for those of which no call is seen. */
  readonly records = new Records();
  readonly models = new MadeModels();
  private readonly shapes = new Map<ts.Node, Described>();

  note(declaration: ts.FunctionLikeDeclaration, args: readonly Value[]): void {
    if (this.shapes.has(declaration)) return;
    const described = declaration.parameters.flatMap(({ name, dotDotDotToken }, index) =>
      dotDotDotToken === undefined ? [...shapesIn(args[index], ts.isIdentifier(name) ? name.text : '')] : [],
    );
    this.shapes.set(declaration, new Map(described));
  }

  /**
   * What is known of the parameters of a function that is read by itself: what its comments say goes first, then what a call
   * gave, then what other functions give.
   */
  describe(declaration: ts.FunctionLikeDeclaration): Described {
    const told = [
      this.records.describe(declaration),
      this.shapes.get(declaration),
      documentedParameters(declaration),
    ];
    const all = new Map<string, DocumentedParameter>();
    for (const [path, described] of told.flatMap((one) => [...(one ?? [])]))
      all.set(path, { ...all.get(path), ...described });
    return all;
  }
}

/** As deep as objects in objects are looked into. */
const MAX_DEPTH = 3;

/** `path` is empty for a parameter that is a pattern: its fields are the names of the function. */
function* shapesIn(
  value: Value | undefined,
  path: string,
  depth = 0,
): Generator<readonly [string, DocumentedParameter]> {
  if (value?.kind === 'tensor' && path !== '') yield [path, { handed: value.node.shape }];
  if (value?.kind !== 'object' || depth >= MAX_DEPTH) return;
  for (const [name, field] of value.fields)
    yield* shapesIn(field, path === '' ? name : `${path}.${name}`, depth + 1);
}
