/** Which parameters of a function are records, and which functions give some: by what is written. */
import { forEachChild, isIdentifier, isPropertyAccessExpression, ts } from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';

/** Fewer names say too little: anything may have an `x`. */
export const FEWEST_NAMES = 2;

/** A parameter of which several fields are read, or that has a type with a name; without a name itself where it is a pattern. */
export interface TakenRecord {
  readonly name: string;
  readonly fields: ReadonlySet<string>;
  readonly type: ts.TypeNode | undefined;
}

const taken = new WeakMap<ts.Node, readonly TakenRecord[]>();

/** Whether what other functions give may tell something of its parameters. */
export const takesRecord = (declaration: ts.FunctionLikeDeclaration): boolean =>
  recordsTaken(declaration).length > 0;

const given = new WeakMap<ts.Node, boolean>();

/** Whether a function gives an object that it writes down: `return { xs, ys }`. */
export function givesRecord(declaration: ts.FunctionLikeDeclaration): boolean {
  const known = given.get(declaration) ?? (declaration.body !== undefined && holdsRecord(declaration.body));
  given.set(declaration, known);
  return known;
}

function holdsRecord(node: ts.Node): boolean {
  if (isWrapping(node)) return holdsRecord(node.expression);
  if (ts.isObjectLiteralExpression(node)) return node.properties.length >= FEWEST_NAMES;
  if (ts.isReturnStatement(node)) return node.expression !== undefined && holdsRecord(node.expression);
  return (
    forEachChild(node, (child) =>
      ts.isStatement(child) || ts.isCallExpression(child) || ts.isArrowFunction(child) || ts.isBlock(child)
        ? holdsRecord(child) || undefined
        : undefined,
    ) === true
  );
}

export function recordsTaken(declaration: ts.FunctionLikeDeclaration): readonly TakenRecord[] {
  const known = taken.get(declaration) ?? readRecordsTaken(declaration);
  taken.set(declaration, known);
  return known;
}

function readRecordsTaken({ parameters, body }: ts.FunctionLikeDeclaration): readonly TakenRecord[] {
  if (body === undefined) return [];
  return parameters.flatMap(({ name, type }) => {
    const fields = isIdentifier(name) ? fieldsReadOf(name.text, body) : fieldsTaken(name);
    const record = {
      name: isIdentifier(name) ? name.text : '',
      fields,
      type: isNamed(type) ? type : undefined,
    };
    return record.type === undefined && fields.size < FEWEST_NAMES ? [] : [record];
  });
}

const isNamed = (type: ts.TypeNode | undefined): boolean =>
  type !== undefined && ts.isTypeReferenceNode(type) && isIdentifier(type.typeName);

/** `{ states, rewards: r }`: the names of the fields; none where the rest is taken too. */
function fieldsTaken(pattern: ts.BindingPattern): ReadonlySet<string> {
  if (!ts.isObjectBindingPattern(pattern)) return new Set();
  const names = pattern.elements.map(({ name, propertyName, dotDotDotToken, initializer }) => {
    const field = propertyName ?? name;
    return dotDotDotToken === undefined && initializer === undefined && isIdentifier(field) ? field.text : '';
  });
  return new Set(names.includes('') ? [] : names);
}

/** The fields that a function reads of a parameter; none where it calls one as a method. */
function fieldsReadOf(parameter: string, body: ts.Node): ReadonlySet<string> {
  const names = new Set<string>();
  let isObject = true;
  const visit = (node: ts.Node): void => {
    if (
      isPropertyAccessExpression(node) &&
      isIdentifier(node.expression) &&
      node.expression.text === parameter
    ) {
      names.add(node.name.text);
      isObject &&= !(ts.isCallExpression(node.parent) && node.parent.expression === node);
    } else if (
      ts.isVariableDeclaration(node) &&
      node.initializer !== undefined &&
      isIdentifier(node.initializer) &&
      node.initializer.text === parameter
    ) {
      if (!isIdentifier(node.name)) for (const name of fieldsTaken(node.name)) names.add(name);
    }
    forEachChild(node, visit);
  };
  visit(body);
  return isObject ? names : new Set();
}
