/** Which fields of its objects a class writes to, and how: as far as the file tells, in the methods of the class alone. */
import {
  forEachChild,
  isBinaryExpression,
  isElementAccessExpression,
  isIdentifier,
  isPropertyAccessExpression,
  SyntaxKind,
  ts,
} from '../../source/typescript.js';
import { isWrapping } from '../../source/wrappings.js';
import { asPattern } from '../../source/words.js';
import { countOf } from '../claims/counts.js';
import { isInPattern } from '../claims/writes.js';
import { MUTATORS, reassignedNames } from '../control/later.js';
import { holds, targetOf } from './syntax.js';

/**
 * How a method writes to a field: it sets the elements of its list; or adds to these, or to the number that it is, as a count
 * does; or it puts something else in its place, and fills that by itself.
 */
export type Way = 'set' | 'added' | 'replaced';

const known = new WeakMap<ts.ClassElement, ReadonlyMap<string, Way | 'unfollowed'>>();

/** The fields that a member writes to. `unfollowed`: in a way that nobody follows, as a pattern or a helper may. */
export function writesIn(member: ts.ClassElement): ReadonlyMap<string, Way | 'unfollowed'> {
  const before = known.get(member);
  if (before !== undefined) return before;
  const found = new Map<string, Way | 'unfollowed'>();
  if (!ts.isConstructorDeclaration(member) && /\bthis\b/.test(member.getText())) collect(member, found);
  if (holdsVerdict(member)) for (const name of found.keys()) found.set(name, 'unfollowed');
  known.set(member, found);
  return found;
}

function collect(node: ts.Node, found: Map<string, Way | 'unfollowed'>): void {
  const target = targetOf(node);
  const filled = ts.isCallExpression(node) ? filledList(node) : undefined;
  const name = fieldOf(filled ?? (target && listOf(target)));
  if (name !== undefined) note(name, filled !== undefined ? 'set' : wayOf(node, target!, name), found);
  const field = fieldOf(node);
  if (field !== undefined && isHandedOn(node)) note(field, 'unfollowed', found);
  forEachChild(node, (child) => collect(child, found));
}

/** Of several ways in one method that which says least of what was there before is told. */
function note(name: string, way: Way | 'unfollowed', found: Map<string, Way | 'unfollowed'>): void {
  const before = found.get(name);
  if (before === undefined || WAYS.indexOf(way) > WAYS.indexOf(before)) found.set(name, way);
}

const WAYS: readonly (Way | 'unfollowed')[] = ['set', 'added', 'replaced', 'unfollowed'];

function wayOf(write: ts.Node, target: ts.Expression, name: string): Way {
  const isPlain = isBinaryExpression(write) && write.operatorToken.kind === SyntaxKind.EqualsToken;
  const isOfItself = !isPlain || holds(write.right, (child) => fieldOf(child) === name);
  if (isOfItself) return 'added';
  return isPropertyAccessExpression(target) ? 'replaced' : 'set';
}

/** `this.counts` of `this.counts[i]`, of `this.counts[i][j]`, and of itself. */
function listOf(target: ts.Expression): ts.Expression {
  if (isWrapping(target)) return listOf(target.expression);
  return isElementAccessExpression(target) ? listOf(target.expression) : target;
}

/** `this.counts` of `this.counts.fill(0)` and `this.errors.push(error)`. */
function filledList({ expression }: ts.CallExpression): ts.Expression | undefined {
  const isFilling = isPropertyAccessExpression(expression) && FILLING.has(expression.name.text);
  return isFilling ? expression.expression : undefined;
}

const FILLING: ReadonlySet<string> = new Set(['fill', 'push', 'unshift']);

export const fieldOf = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && isPropertyAccessExpression(node) && node.expression.kind === SyntaxKind.ThisKeyword
    ? node.name.text
    : undefined;

/**
 * Whether a field is written to in a pattern or by a loop, or its list goes where elements may be put into it: under another
 * name, or to a function of the file that sets elements.
 */
function isHandedOn(field: ts.Node): boolean {
  const { parent } = field;
  if (!isBinaryExpression(parent) && isInPattern(field)) return true;
  if (ts.isElementAccessExpression(parent) && isInPattern(parent) && !isBinaryExpression(parent.parent))
    return true;
  if (ts.isVariableDeclaration(parent)) return isIdentifier(parent.name) && isSetAround(parent.name);
  if (!ts.isCallExpression(parent) || parent.expression === field) return isSpliced(parent);
  return isIdentifier(parent.expression) && SETS.test(bodyOf(parent.expression));
}

/** `this.counts.splice(0, 1, x)`: what is put in where. */
const isSpliced = (access: ts.Node): boolean =>
  isPropertyAccessExpression(access) && access.name.text === 'splice' && ts.isCallExpression(access.parent);

/** Whether elements are set, or put in, of a list under this name. */
function isSetAround({ text, parent }: ts.Identifier): boolean {
  const around = ts.findAncestor(parent, ts.isFunctionLike);
  const name = asPattern(text);
  const isSet = new RegExp(
    String.raw`(?<![\w$.])${name}(?:(?:\[[^\]]*\])*${SET}|\.(?:${[...MUTATORS].join('|')})\()`,
  );
  return around !== undefined && isSet.test(around.getText());
}

/** Behind a list: an element is given another number, or counted up or down. */
const SET = String.raw`\[[^\]]*\]\s*(?:[-+*/]?=(?![=>])|\+\+|--)`;

const SETS = new RegExp(String.raw`${SET}|\.(?:push|splice|fill)\(`);

/** The text of the function of that name in the file; nothing where there is none. */
function bodyOf({ text, parent }: ts.Identifier): string {
  const declared = parent
    .getSourceFile()
    .statements.find((one) =>
      ts.isFunctionDeclaration(one)
        ? one.name?.text === text
        : ts.isVariableStatement(one) && one.declarationList.declarations[0]?.name.getText() === text,
    );
  return declared?.getText() ?? '';
}

/**
 * Whether a method sets a field to what a comparison says of the others, `this.isFlat = deviation === 0`: who reads these asks
 * that, and one without the other says too much.
 */
const holdsVerdict = (member: ts.ClassElement): boolean => VERDICT.test(member.getText());

const VERDICT = /\bthis\.#?\w+(?:\[[^\]]*\])?\s*=(?![=>])[^;\n?]*(?:[=!]==|[<>]=?(?!>)(?<!=>))[^;\n?]*[;\n]/;

const subclasses = new WeakMap<ts.ClassLikeDeclaration, readonly ts.ClassDeclaration[]>();

/** Whether something else than the methods of these classes, each of which extends the next, may write to a field of their objects. */
export function isWrittenElsewhere(classes: readonly ts.ClassLikeDeclaration[], name: string): boolean {
  return classes.some(
    (one) =>
      reassignedNames(one.getSourceFile()).has(`.${name}`) ||
      ANY_FIELD.test(one.getText()) ||
      subclassesOf(one).some(
        (other) => !classes.includes(other) && other.members.some((member) => writesIn(member).has(name)),
      ),
  );
}

/** The classes of the file that extend one. */
function subclassesOf(declaration: ts.ClassLikeDeclaration): readonly ts.ClassDeclaration[] {
  const before = subclasses.get(declaration);
  if (before !== undefined) return before;
  const name = declaration.name?.text;
  const found = declaration
    .getSourceFile()
    .statements.filter(ts.isClassDeclaration)
    .filter(({ heritageClauses }) =>
      heritageClauses?.some(({ types }) => types.some(({ expression }) => expression.getText() === name)),
    );
  subclasses.set(declaration, found);
  return found;
}

/** `Object.assign(this, state)`, `this[key] = value`. */
const ANY_FIELD = /\bObject\.\w+\(\s*this\b|\bthis\s*\[[^\]]*\]\s*(?:[-+*/]?=(?![=>])|\+\+|--)/;

/** Whether a field is what is only counted up, which is told of as such where it is read. */
export const isCount = (declaration: ts.ClassLikeDeclaration, name: string): boolean =>
  countOf(declaration.getSourceFile(), `.${name}`) !== undefined;

const fragments = new WeakMap<ts.ClassLikeDeclaration, readonly string[]>();

/** Whether the class computes with a field: nobody asks what another one holds. */
export function isComputedWith(declaration: ts.ClassLikeDeclaration, name: string): boolean {
  const before =
    fragments.get(declaration) ??
    declaration
      .getText()
      .split(';')
      .filter((fragment) => COMPUTING.test(fragment));
  fragments.set(declaration, before);
  const field = new RegExp(String.raw`(?<![\w$])${asPattern(name)}(?![\w$])`);
  return before.some((fragment) => field.test(fragment));
}

const COMPUTING =
  /(?<![/*<])[/%](?![/*>=])|\/=|\bMath\.(?!max|min|floor|round|ceil|random|abs|PI)|\.(?:div|divNoNan|log1?p?|sqrt|rsqrt|exp|pow|reciprocal|acos|asin)\(/;
