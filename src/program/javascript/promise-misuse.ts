/** Where code computes with what `data()` and `array()` give before it is there: a promise, and no list of numbers. */
import { forEachChild, isCallExpression, isIdentifier, SyntaxKind, ts } from '../../source/typescript.js';
import { wrapped } from '../../source/wrappings.js';

/** Whether the code reads numbers of a call that gives a promise, or of the constant that holds it. */
export function isReadUnawaited(call: ts.Node): boolean {
  const place = wrapped(call);
  if (isRead(place)) return true;
  const { parent } = place;
  return (
    ts.isVariableDeclaration(parent) &&
    parent.initializer === place &&
    isIdentifier(parent.name) &&
    isReadByName(parent.name)
  );
}

/** Some read it, and none awaits it. */
function isReadByName(name: ts.Identifier): boolean {
  const around = ts.findAncestor(name, ts.isFunctionLike) ?? name.getSourceFile();
  const places: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (isIdentifier(node) && node.text === name.text && node !== name && !isProperty(node))
      places.push(wrapped(node));
    forEachChild(node, visit);
  };
  visit(around);
  return places.some(isRead) && places.every((place) => isRead(place) || isPrinted(place));
}

/** `flat` of `nested.flat()`, and of `{ flat: 1 }`. */
const isProperty = (name: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(name.parent) || ts.isPropertyAssignment(name.parent)) &&
  name.parent.name === name;

/** `console.log(values)` */
const isPrinted = (place: ts.Node): boolean =>
  isCallExpression(place.parent) &&
  place.parent.expression !== place &&
  /^console\./.test(place.parent.getText());

function isRead(place: ts.Node): boolean {
  const { parent } = place;
  if (ts.isElementAccessExpression(parent)) return parent.expression === place;
  if (ts.isPropertyAccessExpression(parent)) return OF_LISTS.has(parent.name.text);
  if (ts.isBinaryExpression(parent)) return COMPUTING.has(parent.operatorToken.kind);
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === SyntaxKind.MinusToken;
  if (ts.isSpreadElement(parent)) return true;
  if (ts.isForOfStatement(parent)) return parent.expression === place && parent.awaitModifier === undefined;
  if (ts.isVariableDeclaration(parent)) return ts.isArrayBindingPattern(parent.name);
  return isCallExpression(parent) && parent.expression !== place && READING.test(parent.expression.getText());
}

/** What lists have, and promises have not. */
const OF_LISTS: ReadonlySet<string> = new Set(
  'length map forEach reduce filter slice indexOf findIndex some every sort join flat entries'.split(' '),
);

const READING = /^(?:Math\.\w+|Array\.from|Number|parseFloat|isNaN|tf\.tensor(?:[1-6]d)?|tf\.scalar)$/;

const COMPUTING: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.PlusToken,
  SyntaxKind.MinusToken,
  SyntaxKind.AsteriskToken,
  SyntaxKind.SlashToken,
  SyntaxKind.PlusEqualsToken,
  SyntaxKind.MinusEqualsToken,
  SyntaxKind.AsteriskEqualsToken,
  SyntaxKind.SlashEqualsToken,
  SyntaxKind.LessThanToken,
  SyntaxKind.LessThanEqualsToken,
  SyntaxKind.GreaterThanToken,
  SyntaxKind.GreaterThanEqualsToken,
]);
