/**
 * What declared types and JSDoc say of a value. TypeScript types of tensors are claims, not facts: 39 functions of
 * TensorFlow.js return whatever type the caller asks for. They only decide what an input is and which rank to try first.
 */
import { SyntaxKind, ts } from '../../source/typescript.js';
import { shapeAbove } from './documentation.js';
import type { Sizes } from './prose-shapes.js';
import { typeNamed, typeOfNamespace, type NamedType } from './type-names.js';

export type TypeClaim =
  /** `variable`: one that is trained. `sizes`: what the comment above its type says of them, a name being any size. */
  | {
      readonly kind: 'tensor';
      readonly rank?: number | undefined;
      readonly sizes?: Sizes | undefined;
      readonly orList?: boolean;
      readonly variable?: boolean;
    }
  | { readonly kind: 'number' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'string' }
  /** `each`: the elements of a tuple, one by one. */
  | {
      readonly kind: 'list';
      readonly element: TypeClaim | undefined;
      readonly each?: readonly (TypeClaim | undefined)[];
    }
  /**
   * `methods`: what each of them gives. `every`: what any other name holds, as in a record. `of`: the interface that says so.
   */
  | {
      readonly kind: 'object';
      readonly of?: ts.InterfaceDeclaration | undefined;
      readonly every?: ts.TypeNode | undefined;
      readonly fields: ReadonlyMap<string, ts.TypeNode | undefined>;
      readonly methods: ReadonlyMap<string, ts.TypeNode | undefined>;
    }
  | { readonly kind: 'function'; readonly returns: ts.TypeNode }
  /** `name`: perhaps a class of the project; `from`: where it says that it comes from. */
  | { readonly kind: 'other'; readonly name?: string; readonly from?: string };

const TENSOR_TYPES: Readonly<Record<string, number | undefined>> = {
  Tensor: undefined,
  Variable: undefined,
  TensorLike: undefined,
  TensorContainer: undefined,
  Scalar: 0,
  Tensor0D: 0,
  Tensor1D: 1,
  Tensor2D: 2,
  Tensor3D: 3,
  Tensor4D: 4,
  Tensor5D: 5,
  Tensor6D: 6,
  TensorLike1D: 1,
  TensorLike2D: 2,
  TensorLike3D: 3,
  TensorLike4D: 4,
};

const LISTS = /^(?:Readonly)?Array$/;

/** What is gone through, one by one. */
const STREAMS = /^(?:Async)?(?:Iterable|IterableIterator|Generator)$/;

/** Without the type of what it gives, a `Generator` is a class of the project more often than one of functions. */
const isListType = (name: string, type: ts.TypeReferenceNode): boolean =>
  LISTS.test(name) || (STREAMS.test(name) && type.typeArguments !== undefined);

const KEYWORDS: ReadonlyMap<ts.SyntaxKind, TypeClaim> = new Map<ts.SyntaxKind, TypeClaim>([
  [SyntaxKind.NumberKeyword, { kind: 'number' }],
  [SyntaxKind.BooleanKeyword, { kind: 'boolean' }],
  [SyntaxKind.StringKeyword, { kind: 'string' }],
]);

/** The claim of a type annotation; undefined when it says nothing that helps. */
export function claimOf(
  type: ts.TypeNode | undefined,
  file: ts.SourceFile,
  depth = 0,
): TypeClaim | undefined {
  if (type === undefined || depth > 4) return undefined;
  if (type.kind === SyntaxKind.AnyKeyword || type.kind === SyntaxKind.UnknownKeyword) return undefined;
  const keyword = KEYWORDS.get(type.kind);
  if (keyword !== undefined) return keyword;
  if (ts.isParenthesizedTypeNode(type)) return claimOf(type.type, file, depth + 1);
  if (ts.isTypeOperatorNode(type)) return claimOf(type.type, file, depth + 1);
  if (ts.isArrayTypeNode(type)) return { kind: 'list', element: claimOf(type.elementType, file, depth + 1) };
  if (ts.isTupleTypeNode(type)) {
    const each = type.elements.map((element) =>
      claimOf(ts.isNamedTupleMember(element) ? element.type : element, file, depth + 1),
    );
    return { kind: 'list', element: undefined, each };
  }
  if (ts.isFunctionTypeNode(type)) return { kind: 'function', returns: type.type };
  if (ts.isTypeLiteralNode(type)) return objectClaim(type.members);
  if (ts.isIntersectionTypeNode(type)) return intersectionClaim(type, file, depth);
  if (ts.isUnionTypeNode(type)) return unionClaim(type, file, depth);
  if (ts.isTypeReferenceNode(type)) return referenceClaim(type, file, depth);
  if (ts.isImportTypeNode(type)) return importedClaim(type);
  return { kind: 'other' };
}

function unionClaim(type: ts.UnionTypeNode, file: ts.SourceFile, depth: number): TypeClaim | undefined {
  const claims = type.types
    .filter((member) => member.kind !== SyntaxKind.UndefinedKeyword && !isNullLiteral(member))
    .map((member) => claimOf(member, file, depth + 1));
  const tensor = claims.find((claim) => claim?.kind === 'tensor');
  const list = claims.find((claim) => claim?.kind === 'list');
  if (tensor?.kind === 'tensor' && list?.kind === 'list') return { ...tensor, orList: true };
  if (tensor !== undefined) return claims.length === 1 ? tensor : oneOfTensors(claims);
  if (claims.length === 1) return claims[0];
  return claims.every((claim) => claim?.kind === claims[0]?.kind) ? claims[0] : undefined;
}

/** `HTMLImageElement | tf.Tensor3D`: where it is a tensor it has that rank. Numbers are tensors of another one. */
function oneOfTensors(claims: readonly (TypeClaim | undefined)[]): TypeClaim {
  const ranks = claims.flatMap((claim) =>
    claim?.kind === 'other' ? [] : claim?.kind === 'tensor' ? claim.rank : undefined,
  );
  const [rank] = ranks;
  return ranks.every((one) => one === rank) ? { kind: 'tensor', rank } : { kind: 'tensor' };
}

const isNullLiteral = (type: ts.TypeNode): boolean =>
  ts.isLiteralTypeNode(type) && type.literal.kind === SyntaxKind.NullKeyword;

function referenceClaim(
  type: ts.TypeReferenceNode,
  file: ts.SourceFile,
  depth: number,
): TypeClaim | undefined {
  const written = ts.isIdentifier(type.typeName) ? type.typeName.text : type.typeName.right.text;
  // `{tf.tensor}` in a comment.
  const name = (written.charAt(0).toUpperCase() + written.slice(1)).replace(/^(Tensor\d)d$/, '$1D');
  if (name === 'Variable') return { kind: 'tensor', rank: rankArgument(type), variable: true };
  if (name in TENSOR_TYPES) return { kind: 'tensor', rank: TENSOR_TYPES[name] ?? rankArgument(type) };
  if (isListType(name, type)) {
    return { kind: 'list', element: claimOf(type.typeArguments?.[0], file, depth + 1) };
  }
  if (name === 'Promise' || name === 'Readonly' || name === 'Partial' || name === 'Required') {
    return claimOf(type.typeArguments?.[0], file, depth + 1);
  }
  if (name === 'Record') return recordClaim(type);
  if (/^(Float32|Float64|Int32|Uint8|Int16|Uint16|Uint32|Int8)Array$/.test(name))
    return { kind: 'list', element: { kind: 'number' } };
  const declaration = ts.isIdentifier(type.typeName)
    ? typeNamed(written, file)
    : typeOfNamespace(type.typeName.left.getText(file), written, file);
  if (declaration !== undefined) return declaredClaim(declaration, depth);
  return ts.isIdentifier(type.typeName) || written === 'GraphModel'
    ? { kind: 'other', name: written }
    : { kind: 'other' };
}

/** The type of what is gone through, one by one; undefined where it is not written down. */
export function elementTypeOf(type: ts.TypeNode): ts.TypeNode | undefined {
  if (ts.isTypeOperatorNode(type) || ts.isParenthesizedTypeNode(type)) return elementTypeOf(type.type);
  if (ts.isArrayTypeNode(type)) return type.elementType;
  const isList =
    ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName) && isListType(type.typeName.text, type);
  return isList ? type.typeArguments?.[0] : undefined;
}

function declaredClaim(declaration: NamedType, depth: number): TypeClaim | undefined {
  const file = declaration.getSourceFile();
  if (ts.isTypeAliasDeclaration(declaration))
    return withSizes(claimOf(declaration.type, file, depth + 1), declaration);
  const above = (declaration.heritageClauses ?? []).flatMap(({ types }) =>
    types.map(({ expression }) =>
      ts.isIdentifier(expression) ? typeNamed(expression.text, file) : undefined,
    ),
  );
  const claim = together([
    ...above.map((one) => (one === undefined || depth > 4 ? undefined : declaredClaim(one, depth + 1))),
    objectClaim(declaration.members),
  ]);
  return claim?.kind === 'object' ? { ...claim, of: declaration } : claim;
}

/** `/** [batch, joints, 2] *` + `/ type Points = tf.Tensor3D`: another tensor of the type may have another batch. */
function withSizes(claim: TypeClaim | undefined, declaration: ts.Node): TypeClaim | undefined {
  const told = claim?.kind === 'tensor' ? shapeAbove(declaration) : undefined;
  const sizes = told?.map((size) => (typeof size === 'number' ? size : '?'));
  return claim?.kind === 'tensor' && sizes !== undefined ? { ...claim, sizes } : claim;
}

/** `Batch & { weights: tf.Tensor1D }`: what any of them says. */
function intersectionClaim(
  { types }: ts.IntersectionTypeNode,
  file: ts.SourceFile,
  depth: number,
): TypeClaim | undefined {
  const claims = types.map((type) => claimOf(type, file, depth + 1));
  return claims.find((claim) => claim?.kind === 'tensor') ?? together(claims);
}

/** What several types say of one object: where two name one field, the later type counts. */
function together(claims: readonly (TypeClaim | undefined)[]): TypeClaim | undefined {
  const objects = claims.filter((claim) => claim?.kind === 'object');
  if (objects.length <= 1) return objects[0];
  const everyOne = objects.filter(({ every }) => every !== undefined);
  return {
    kind: 'object',
    fields: new Map(objects.flatMap(({ fields }) => [...fields])),
    methods: new Map(objects.flatMap(({ methods }) => [...methods])),
    // Of two records, the names of which are not known, each says it of its own names only.
    every: everyOne.length === 1 ? everyOne[0]!.every : undefined,
  };
}

/** `import('./agent').Agent`, as it is written in comments. */
function importedClaim({ argument, qualifier, isTypeOf }: ts.ImportTypeNode): TypeClaim {
  const isNamed = qualifier !== undefined && ts.isIdentifier(qualifier) && !isTypeOf;
  return isNamed && ts.isLiteralTypeNode(argument) && ts.isStringLiteral(argument.literal)
    ? { kind: 'other', name: qualifier.text, from: argument.literal.text }
    : { kind: 'other' };
}

/** `tf.Tensor<tf.Rank.R2>`. */
function rankArgument({ typeArguments }: ts.TypeReferenceNode): number | undefined {
  const [argument] = typeArguments ?? [];
  const rank = argument === undefined ? null : /\bRank\.R([0-6])$/.exec(argument.getText());
  return rank === null ? undefined : Number(rank[1]);
}

/** `Record<'kernel' | 'bias', tf.Tensor2D>` says it of these names, `Record<string, tf.Tensor2D>` of any. */
function recordClaim({ typeArguments }: ts.TypeReferenceNode): TypeClaim & { kind: 'object' } {
  const [keys, every] = typeArguments ?? [];
  const types = keys !== undefined && ts.isUnionTypeNode(keys) ? [...keys.types] : [keys];
  const names = types.flatMap((key) =>
    key !== undefined && ts.isLiteralTypeNode(key) && ts.isStringLiteral(key.literal)
      ? [key.literal.text]
      : [],
  );
  if (names.length < types.length) return { kind: 'object', fields: new Map(), methods: new Map(), every };
  return { kind: 'object', fields: new Map(names.map((name) => [name, every])), methods: new Map() };
}

function objectClaim(members: ts.NodeArray<ts.TypeElement>): TypeClaim & { kind: 'object' } {
  const fields = new Map<string, ts.TypeNode | undefined>();
  const methods = new Map<string, ts.TypeNode | undefined>();
  let every: ts.TypeNode | undefined;
  for (const member of members) {
    const { name } = member;
    if (ts.isIndexSignatureDeclaration(member)) every = member.type;
    if (name === undefined || !(ts.isIdentifier(name) || ts.isStringLiteral(name))) continue;
    if (ts.isMethodSignature(member)) methods.set(name.text, member.type);
    if (ts.isPropertySignature(member)) fields.set(name.text, member.type);
  }
  return { kind: 'object', fields, methods, every };
}
