/** What comments say of parameters: tags, `@range x [0, 1]` and `@shape x [B, N]`, and shapes in prose. */
import type { Range } from '../../facts/range.js';
import type { Shape } from '../../facts/shape.js';
import { ts } from '../../source/typescript.js';
import { shapeInDescription, shapeInFront, shapesInProse, type Sizes } from './prose-shapes.js';

/** `@range x [0, 1]`, `@shape x [B, N]` and the prose of the comments above a function and beside its parameters. */
export interface DocumentedParameter {
  readonly range?: { readonly low: number; readonly high: number } | undefined;
  readonly shape?: Sizes | undefined;
  /** Told in prose, which nobody checks: `@param x A batch of shape [B, 4].`, `// distances between points [N, 2]`. */
  readonly claimed?: Sizes | undefined;
  /** Told by no comment, but by a call. */
  readonly handed?: Shape | undefined;
  /** Told by what other functions give, where nothing else tells it. */
  readonly recorded?: Shape | undefined;
  readonly recordedRange?: Range | undefined;
}

const documentation = new WeakMap<ts.Node, ReadonlyMap<string, DocumentedParameter>>();

/** Functions are called more often than their comments change. */
export function documentedParameters(declaration: ts.Node): ReadonlyMap<string, DocumentedParameter> {
  const known = documentation.get(declaration) ?? readDocumentation(declaration);
  documentation.set(declaration, known);
  return known;
}

function readDocumentation(declaration: ts.Node): ReadonlyMap<string, DocumentedParameter> {
  const documented = new Map<string, DocumentedParameter>();
  const comments = commentsAbove(declaration);
  const told = [...toldAbove(declaration, comments), ...toldBeside(declaration)];
  for (const [name, claimed] of [
    ...(told.length === 0 ? toldOfSiblings(declaration) : []),
    ...toldAbove(declaration, commentsOfClass(declaration)),
    ...told,
  ])
    documented.set(name, { claimed });
  const text = comments.filter((comment) => comment.startsWith('/**')).join('\n');
  for (const [, name, open, low, high, close] of text.matchAll(
    /@range\s+([\w.$]+)\s+([[(])\s*([^,\s]+)\s*,\s*([^\])\s]+)\s*([\])])/g,
  )) {
    const range = { low: end(low!, open === '(' ? 1 : 0), high: end(high!, close === ')' ? -1 : 0) };
    // `[1, 0]` holds nothing, and promises nothing.
    if (range.low <= range.high) documented.set(name!, { ...documented.get(name!), range });
  }
  for (const [, name, sizes] of text.matchAll(/@shape\s+([\w.$]+)\s+\[([^\]]*)\]/g)) {
    documented.set(name!, { ...documented.get(name!), shape: sizesIn(sizes!) });
  }
  return documented;
}

const sizesIn = (list: string): (string | number)[] =>
  list
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map((size) => (/^\d+$/.test(size) ? Number(size) : size));

/** The comment above a class describes what all its methods take: `x: [batch, time, dim]; mask: [batch, time]`. */
const commentsOfClass = ({ parent }: ts.Node): readonly string[] =>
  parent !== undefined && ts.isClassLike(parent) ? commentsAbove(parent) : [];

/**
 * What the comment on another function says, which stands beside it and takes parameters of the same names: `bpr(pos, neg)` and
 * `hinge(pos, neg)` are two losses of the same scores. Nothing where two comments differ.
 */
function toldOfSiblings(declaration: ts.Node): (readonly [string, Sizes])[] {
  const names = namesOfParameters(declaration);
  if (names.length < FEWEST_ALIKE) return [];
  const like = names.join();
  const told = new Map<string, Sizes>();
  for (const sibling of functionsBeside(declaration)) {
    if (sibling === declaration || namesOfParameters(sibling).join() !== like) continue;
    for (const [name, sizes] of toldAbove(sibling, commentsAbove(sibling))) {
      if ((told.get(name) ?? sizes).join() !== sizes.join()) return [];
      if (name.length >= LONG_ENOUGH) told.set(name, sizes);
    }
  }
  return [...told];
}

/** One name alone is that of many things, and so are `a` and `b`. */
const FEWEST_ALIKE = 2;
const LONG_ENOUGH = 3;

const namesOfParameters = (declaration: ts.Node): readonly string[] =>
  parametersOf(declaration).map(({ name }) => name.getText());

/** Methods of the same class, functions of the same block or file, also those that constants hold. */
function functionsBeside(declaration: ts.Node): readonly ts.Node[] {
  let place = declaration;
  while (!ts.isStatement(place) && !ts.isClassElement(place)) {
    if (place.parent === undefined) return [];
    place = place.parent;
  }
  const { parent } = place as { parent?: ts.Node };
  if (parent === undefined) return [];
  if (ts.isClassLike(parent)) return parent.members;
  if (!ts.isSourceFile(parent) && !ts.isBlock(parent)) return [];
  return parent.statements.flatMap((statement): readonly ts.Node[] =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.flatMap(({ initializer }) => initializer ?? [])
      : [statement],
  );
}

/** What the comment above a function says of its parameters, in prose and in the descriptions of `@param`. */
function toldAbove(declaration: ts.Node, comments: readonly string[]): (readonly [string, Sizes])[] {
  const parameters = parametersOf(declaration);
  if (parameters.length === 0 || !comments.some((comment) => MAY_TELL.test(comment))) return [];
  const names = new Set(parameters.flatMap(({ name }) => namesIn(name)));
  const [prose = '', ...tags] = comments
    .map(inWords)
    .join('')
    .split(/(?=\s@\w)/);
  const described = tags.flatMap((tag): (readonly [string, Sizes])[] => {
    const [, name, description] = OF_PARAMETER.exec(tag) ?? [];
    const sizes = description === undefined ? undefined : shapeInDescription(description);
    return sizes === undefined || !names.has(name!) ? [] : [[name!, sizes]];
  });
  return [...shapesInProse(prose, [...names], ranksOf(parameters)), ...described];
}

const parametersOf = (declaration: ts.Node): readonly ts.ParameterDeclaration[] =>
  (declaration as Partial<ts.FunctionLikeDeclaration>).parameters ?? [];

/** The ranks that types tell: 1 of `y: tf.Tensor1D`. */
const ranksOf = (parameters: readonly ts.ParameterDeclaration[]): ReadonlyMap<string, number> =>
  new Map(
    parameters.flatMap(({ name, type }): (readonly [string, number])[] => {
      const [, rank] = /^(?:\w+\.)*Tensor([1-6])D$/.exec(type?.getText() ?? '') ?? [];
      return rank === undefined ? [] : [[name.getText(), Number(rank)]];
    }),
  );

/** `{ rewards, values }` has a name for each of its fields. */
const namesIn = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : ts.isObjectBindingPattern(name)
      ? name.elements.flatMap((element) =>
          element.propertyName === undefined && ts.isIdentifier(element.name) ? [element.name.text] : [],
        )
      : [];

/** Texts are long and lists of sizes rare in them. */
const MAY_TELL = /[[(][\w?]|\bnumber\[|\[\[|\b[A-Z\d]\w*\s*[x×]\s*[A-Z\d]/;

const OF_PARAMETER = /^\s*@(?:param|arg|argument)\s+(?:\{[^}]*\}\s+)?\[?([\w$]+)\]?(?:\s+-)?\s([^]*)$/;

/** A comment without its stars and slashes. */
const inWords = (comment: string): string =>
  comment
    .replace(/^\/[*/]+|\*+\/$/g, '')
    .replaceAll(/\n[ \t]*\*/g, '\n')
    .replace(/^/, '\n');

/** `x: tf.Tensor, // [B, T, D]`, `/* [B, T, D] *` + `/ x` and `x /* [B, T, D] *` + `/, y`. */
function toldBeside(declaration: ts.Node): (readonly [string, Sizes])[] {
  return parametersOf(declaration).flatMap((parameter): (readonly [string, Sizes])[] => {
    const sizes = ts.isIdentifier(parameter.name) ? shapeBeside(parameter) : undefined;
    return sizes === undefined ? [] : [[parameter.name.getText(), sizes]];
  });
}

const beside = new WeakMap<ts.Node, Sizes | null>();

/** The shape that a comment on the line of a declaration tells of what it declares. */
export function shapeBeside(declaration: ts.Node): Sizes | undefined {
  const known = beside.get(declaration);
  if (known !== undefined) return known ?? undefined;
  const found = readShapeBeside(declaration);
  beside.set(declaration, found ?? null);
  return found;
}

function readShapeBeside(declaration: ts.Node): Sizes | undefined {
  const { text } = declaration.getSourceFile();
  const before = text.slice(declaration.getFullStart(), declaration.getStart());
  const line = text.slice(declaration.end, declaration.end + LONGEST_LINE);
  const behind = LINE_BEHIND.exec(line);
  const comment =
    COMMENT_BEHIND.exec(line)?.[1] ?? behind?.[1] ?? behind?.[2] ?? COMMENT_BEFORE.exec(before)?.[1];
  return comment === undefined ? undefined : shapeInFront(comment);
}

const above = new WeakMap<ts.Node, Sizes | null>();

/** The shape that a comment above a declaration tells: `/** class ids, [batch, height, width, 1] *` + `/`. */
export function shapeAbove(declaration: ts.Node): Sizes | undefined {
  const known = above.get(declaration);
  if (known !== undefined) return known ?? undefined;
  const comment = commentsBefore(declaration).findLast((one) => one.startsWith('/**'));
  const found = comment === undefined ? undefined : shapeInDescription(inWords(comment));
  above.set(declaration, found ?? null);
  return found;
}

/** `labels /* [B, 1] *` + `/, logits`: before a comma it tells of what stands in front. */
const COMMENT_BEHIND = /^[ \t]*\/\*([^\n]*?)\*\//;
const LINE_BEHIND = /^[,;]?[ \t]*(?:\/\/([^\n]*)|\/\*([^\n]*?)\*\/[ \t]*[,;)]?[ \t]*(?:\r?\n|$))/;
const LONGEST_LINE = 200;
const COMMENT_BEFORE = /\/\*+([^*\n]*)\*\/[ \t]*$/;

/** An open end is the next float32 inside. */
function end(text: string, open: -1 | 0 | 1): number {
  const value = /^[-+]?(inf|infinity|∞)$/i.test(text)
    ? text.startsWith('-')
      ? -Infinity
      : Infinity
    : Number(text);
  if (open === 0 || !Number.isFinite(value)) return value;
  if (value === 0) return open * 2 ** -149;
  const bits = new Int32Array(new Float32Array([value]).buffer);
  bits[0]! += open * Math.sign(value);
  return new Float32Array(bits.buffer)[0]!;
}

/** Comments above a function, or above the statement it stands in. */
export function commentsAbove(declaration: ts.Node): string[] {
  let node: ts.Node = declaration;
  // The comment of `const f = () => …` stands above the statement, that of `f: () => …` mostly above the property.
  while (
    !ts.isStatement(node) &&
    !ts.isClassElement(node) &&
    !(ts.isPropertyAssignment(node) && commentsBefore(node).length > 0) &&
    node.parent !== undefined &&
    !ts.isSourceFile(node.parent)
  )
    node = node.parent;
  return commentsBefore(node);
}

function commentsBefore(node: ts.Node): string[] {
  const source = node.getSourceFile().text;
  return (ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []).map((range) =>
    source.slice(range.pos, range.end),
  );
}
