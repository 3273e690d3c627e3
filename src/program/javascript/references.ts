import { ts } from '../../source/typescript.js';

const found = new WeakMap<ts.Node, ReadonlyMap<string, readonly ts.Identifier[]>>();

/** Where the rest of the function reads a variable that is given a value here, up to where it is given another one. */
export function referencesBehind(name: ts.Identifier): readonly ts.Identifier[] {
  const around = ts.findAncestor(name, ts.isFunctionLike) ?? name.getSourceFile();
  const all = identifiersIn(around).get(name.text) ?? [];
  return all.filter((one) => one.pos > name.end && !isWritten(one) && !isShadowed(one, name.text, around));
}

function identifiersIn(where: ts.Node): ReadonlyMap<string, readonly ts.Identifier[]> {
  const before = found.get(where);
  if (before !== undefined) return before;
  const byName = new Map<string, ts.Identifier[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isLabel(node)) {
      const others = byName.get(node.text);
      if (others === undefined) byName.set(node.text, [node]);
      else others.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(where);
  found.set(where, byName);
  return byName;
}

/** The name of a field: `x.rate`, `{ rate: 1 }`. */
const isLabel = ({ parent, ...node }: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(parent) && parent.name.pos === node.pos) ||
  (ts.isPropertyAssignment(parent) && parent.name.pos === node.pos);

const isWritten = (node: ts.Identifier): boolean =>
  ts.isBinaryExpression(node.parent) &&
  node.parent.left === node &&
  node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;

/** Whether a function on the way has a parameter or a variable of that name. */
function isShadowed(node: ts.Node, name: string, around: ts.Node): boolean {
  for (let inner = node.parent; inner !== undefined && inner !== around; inner = inner.parent)
    if (ts.isFunctionLike(inner) && inner.parameters.some((one) => one.name.getText() === name)) return true;
  return false;
}
