/** Types that functions have from where they stand: `const loss: Loss = (a, b) => …`, `const spec: Spec = { compute(a, b) {…} }`. */
import { ts } from '../../source/typescript.js';
import { typeNamed, typeOfNamespace } from './type-names.js';

/** The type of a parameter that has none of its own, by what its function is declared to be. */
export function contextualParameterType(parameter: ts.ParameterDeclaration): ts.TypeNode | undefined {
  const fn = parameter.parent;
  const index = fn.parameters.indexOf(parameter);
  const signature = ts.isMethodDeclaration(fn)
    ? signatureOf(memberOf(fn.parent, fn.name))
    : ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)
      ? signatureOf(typeOf(fn))
      : undefined;
  const declared = signature?.parameters[index];
  return declared?.dotDotDotToken === undefined ? declared?.type : undefined;
}

/** What something is declared to be: a type, or a method of one. */
type Declared = ts.TypeNode | ts.MethodSignature;

/** The type that an expression has from the declaration, the field or the cast that it stands in. */
function typeOf(expression: ts.Expression): Declared | undefined {
  const { parent } = expression;
  if (ts.isParenthesizedExpression(parent)) return typeOf(parent);
  if (ts.isSatisfiesExpression(parent) || ts.isAsExpression(parent)) return parent.type;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) || ts.isParameter(parent))
    return parent.type;
  if (ts.isConditionalExpression(parent)) return typeOf(parent);
  if (ts.isArrayLiteralExpression(parent)) return elementOf(typeOf(parent));
  if (ts.isReturnStatement(parent)) return resultOf(functionAround(parent));
  if (ts.isArrowFunction(parent)) return resultOf(parent);
  return ts.isPropertyAssignment(parent) ? memberOf(parent.parent, parent.name) : undefined;
}

/** What a function is declared to give: by itself, or by the type that it has from where it stands. */
function resultOf(fn: ts.SignatureDeclaration | undefined): ts.TypeNode | undefined {
  if (fn === undefined || fn.type !== undefined) return fn?.type;
  return ts.isArrowFunction(fn) || ts.isFunctionExpression(fn) ? signatureOf(typeOf(fn))?.type : undefined;
}

function functionAround({ parent }: ts.Node): ts.SignatureDeclaration | undefined {
  if (ts.isSourceFile(parent)) return undefined;
  return ts.isFunctionLike(parent) ? parent : functionAround(parent);
}

function elementOf(list: Declared | undefined): ts.TypeNode | undefined {
  if (list === undefined || ts.isMethodSignature(list)) return undefined;
  if (ts.isTypeOperatorNode(list)) return elementOf(list.type);
  return ts.isArrayTypeNode(list) ? list.elementType : undefined;
}

/** A member of the type that an object literal has. */
function memberOf(
  object: ts.ObjectLiteralExpression | ts.ClassLikeDeclaration,
  name: ts.PropertyName,
): Declared | undefined {
  if (!ts.isObjectLiteralExpression(object)) return undefined;
  const type = typeOf(object);
  const isPlain = ts.isIdentifier(name) || ts.isStringLiteral(name);
  return type === undefined || !isPlain || ts.isMethodSignature(type)
    ? undefined
    : member(type, name.text, 0);
}

function member(type: ts.TypeNode, name: string, depth: number): Declared | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (ts.isTypeLiteralNode(type)) return amongMembers(type.members, name);
  if (!ts.isTypeReferenceNode(type)) return undefined;
  const [, every] = type.typeArguments ?? [];
  const written = type.typeName.getText();
  if (written === 'Record') return every;
  if (written === 'Readonly' || written === 'Partial') {
    const [inner] = type.typeArguments ?? [];
    return inner && member(inner, name, depth + 1);
  }
  const declaration = declarationOf(type);
  if (declaration === undefined) return undefined;
  return ts.isInterfaceDeclaration(declaration)
    ? amongMembers(declaration.members, name)
    : member(declaration.type, name, depth + 1);
}

function amongMembers(members: ts.NodeArray<ts.TypeElement>, name: string): Declared | undefined {
  for (const one of members) {
    const isNamed = one.name !== undefined && (ts.isIdentifier(one.name) || ts.isStringLiteral(one.name));
    if (ts.isIndexSignatureDeclaration(one)) return one.type;
    if (!isNamed || (one.name as ts.Identifier).text !== name) continue;
    if (ts.isMethodSignature(one)) return one;
    if (ts.isPropertySignature(one)) return one.type;
  }
  return undefined;
}

/** What may be called, behind names. */
function signatureOf(
  declared: Declared | undefined,
  depth = 0,
): ts.MethodSignature | ts.FunctionTypeNode | ts.CallSignatureDeclaration | undefined {
  if (declared === undefined || depth > MAX_DEPTH) return undefined;
  if (ts.isMethodSignature(declared) || ts.isFunctionTypeNode(declared)) return declared;
  if (ts.isParenthesizedTypeNode(declared)) return signatureOf(declared.type, depth + 1);
  if (!ts.isTypeReferenceNode(declared)) return undefined;
  const declaration = declarationOf(declared);
  if (declaration === undefined) return undefined;
  return ts.isInterfaceDeclaration(declaration)
    ? declaration.members.find((one) => ts.isCallSignatureDeclaration(one))
    : signatureOf(declaration.type, depth + 1);
}

function declarationOf({ typeName }: ts.TypeReferenceNode): ReturnType<typeof typeNamed> {
  const file = typeName.getSourceFile();
  return ts.isIdentifier(typeName)
    ? typeNamed(typeName.text, file)
    : typeOfNamespace(typeName.left.getText(file), typeName.right.text, file);
}

/** No chain of aliases is longer. */
const MAX_DEPTH = 4;
