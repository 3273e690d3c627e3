/**
 * What code finds that runs later than the code around it: variables and fields that start as `null` or as an empty list
 * are there to be filled, and what functions assign need no longer be what it was at the start.
 */
import {
  forEachChild,
  isElementAccessExpression,
  isFunctionLike,
  isIdentifier,
  isPropertyAccessExpression,
  SyntaxKind,
  ts,
} from '../../source/typescript.js';
import { input, noteCounted } from '../claims/inputs.js';
import { isAssignment, isStep } from '../javascript/syntax.js';
import { claimOf, type TypeClaim } from '../claims/type-claims.js';
import { claimOfVariable } from '../claims/variable-types.js';
import { assignedNamespace } from '../tensorflow/handed-namespace.js';
import {
  asNumber,
  type ArrayValue,
  type ClassValue,
  type InputValue,
  type ObjectValue,
  type Value,
} from '../values.js';

/** A value that says nothing of what will be there when it is used. */
export function isPlaceholder(value: Value): boolean {
  if (value.kind === 'constant') return value.value === null || value.value === undefined;
  return value.kind === 'array' && value.elements.length === 0 && value.rest === undefined;
}

/** Variables of code that ran before, as what runs now finds them. */
export class Past {
  /** `withinCall`: of the call that is being run, where lists are followed as they grow. */
  constructor(private readonly withinCall = false) {}

  private readonly touched = new Map<
    Map<string, Value>,
    Map<string, { readonly before: Value; readonly now: Value }>
  >();

  /**
   * Before it is read or written for the first time, a variable that may have changed becomes an input. `written`: as it
   * stands among the names that functions assign.
   */
  touch(
    variables: Map<string, Value>,
    name: string,
    place: ts.Node,
    source: ts.SourceFile,
    written = name,
  ): void {
    const names =
      this.touched.get(variables) ?? new Map<string, { readonly before: Value; readonly now: Value }>();
    this.touched.set(variables, names);
    if (names.has(name)) return;
    const before = variables.get(name)!;
    const growing = this.withinCall && before.kind === 'array' && !reassignedNames(source).has(`=${name}`);
    const now = growing ? before : laterValue(name, before, place, source, written);
    names.set(name, { before, now });
    if (now !== before) variables.set(name, now);
  }

  /**
   * What one piece of code sets, another that runs at its own time finds as it was, but for models and the like. What a
   * callback sets stays set.
   */
  restore(): void {
    for (const [variables, names] of this.touched) {
      for (const [name, { before, now }] of names) {
        const left = variables.get(name);
        const stays = left !== undefined && left !== now && (this.withinCall || isMadeOnce(left));
        if (!stays) variables.set(name, before);
      }
    }
  }
}

/** `let model; async function load() { model = … }`: from then on it is that model. */
const MADE_ONCE: ReadonlySet<Value['kind']> = new Set([
  'layer',
  'object',
  'function',
  'class',
  'native',
  'module',
  'tensorflow',
]);

export const isMadeOnce = ({ kind }: Value): boolean => MADE_ONCE.has(kind);

function laterValue(
  name: string,
  value: Value,
  place: ts.Node,
  source: ts.SourceFile,
  written: string,
): Value {
  if (value.kind === 'object')
    return value.prototype === undefined ? usedObject(value, name, source) : usedInstance(value, name);
  if (isPlaceholder(value))
    return (
      assignedNamespace(name, source) ?? { ...input(name, claimOfVariable(name, source), place), unset: true }
    );
  return CHANGING.has(value.kind) && reassignedNames(source).has(written)
    ? startingAt(value, input(name, claimOfValue(value), place, undefined, isNumeric(value)), source, written)
    : value;
}

/** What code may do nothing with but count it up from a number on. */
function startingAt(
  start: Value,
  later: InputValue,
  source: ts.SourceFile,
  written: string,
  read?: ts.Node,
): InputValue {
  const from = asNumber(start);
  return from === undefined ? later : noteCounted(later, { source, name: written, from, read });
}

const CHANGING: ReadonlySet<Value['kind']> = new Set(['constant', 'number', 'array']);

/** Numbers, texts and lists are other ones once they were assigned; objects and tensors are told by what they hold. */
export const isChanging = ({ kind }: Value): boolean => CHANGING.has(kind);

function claimOfValue(value: Value): TypeClaim | undefined {
  if (value.kind === 'number') return { kind: 'number' };
  if (value.kind !== 'constant') return undefined;
  const kind = typeof value.value;
  return kind === 'number' || kind === 'string' || kind === 'boolean' ? { kind } : undefined;
}

/** What is a number at the start is taken to stay one. */
const isNumeric = (value: Value): boolean => claimOfValue(value)?.kind === 'number';

/** An instance as a method may find it, and those it holds; other objects are what they were made. */
export function usedInstance(
  made: ObjectValue,
  name: string,
  used = new Map<ObjectValue, ObjectValue>(),
): ObjectValue {
  const type = made.prototype;
  if (type === undefined) return made;
  const known = used.get(made);
  if (known !== undefined) return known;
  const changed = reassignedFields(type);
  const stale = new Set<string>();
  const fields = new Map<string, Value>();
  const object: ObjectValue = { ...made, name, fields, stale };
  used.set(made, object);
  const lists = new Map<ArrayValue, ArrayValue>();
  for (const [field, value] of made.fields) {
    const isLater = CHANGING.has(value.kind) && changed.has(field) && made.lived?.has(field) !== true;
    if (isPlaceholder(value) || isLater) stale.add(field);
    if (value.kind === 'object') fields.set(field, usedInstance(value, `${name}.${field}`, used));
    else fields.set(field, value.kind === 'array' ? asFound(value, lists) : value);
  }
  return object;
}

/** A list of its own: what a method puts into it, another one that is run for itself does not find there. */
function asFound(list: ArrayValue, found: Map<ArrayValue, ArrayValue>): ArrayValue {
  const known = found.get(list);
  if (known !== undefined) return known;
  const copy = { ...list };
  found.set(list, copy);
  const ofOwn = (value: Value): Value => (value.kind === 'array' ? asFound(value, found) : value);
  copy.elements = list.elements.map(ofOwn);
  copy.rest = list.rest && ofOwn(list.rest);
  return copy;
}

/** An object as it may be after functions assigned fields of objects. */
function usedObject(made: ObjectValue, name: string, source: ts.SourceFile): ObjectValue {
  const changed = reassignedNames(source);
  const stale = new Set(
    [...made.fields]
      .filter(([field, value]) => CHANGING.has(value.kind) && changed.has(`.${field}`))
      .map(([field]) => field),
  );
  return stale.size === 0 ? made : { ...made, name, fields: new Map(made.fields), stale };
}

/** The value of a stale field, from when it is first read. */
function laterField(object: ObjectValue, field: string, value: Value, place: ts.Node): InputValue {
  const member = object.prototype?.declaration.members.find(
    (one): one is ts.PropertyDeclaration => ts.isPropertyDeclaration(one) && one.name.getText() === field,
  );
  const declared = member && claimOf(member.type, member.getSourceFile());
  const later: InputValue = {
    ...input(
      `${object.name ?? 'this'}.${field}`,
      declared ?? claimOfValue(value),
      place,
      undefined,
      isNumeric(value),
    ),
    unset: isPlaceholder(value),
  };
  const type = object.prototype;
  // What a class does with a field that is declared in another file, this one does not tell.
  const isOwn =
    type?.superclass?.kind !== 'class' ||
    type.superclass.declaration.getSourceFile() === place.getSourceFile();
  return isOwn ? startingAt(value, later, place.getSourceFile(), `.${field}`, place) : later;
}

/** A stale field becomes what it may be by then. */
export function refreshField(object: Value & { kind: 'object' }, name: string, place: ts.Node): void {
  const value = object.stale?.has(name) === true ? object.fields.get(name) : undefined;
  if (value === undefined) return;
  object.stale!.delete(name);
  object.fields.set(name, laterField(object, name, value, place));
}

const CHANGED_FIELD =
  /\bthis\.(#?\w+)\s*(?:=(?![=>])|(?:[-+*/%&|^]|\*\*|\|\||&&|\?\?|<<|>>>?)=|\+\+|--|\.(?:push|pop|shift|unshift|splice|sort|reverse|fill)\(|\[[^\]]*\]\s*=(?![=>]))/g;
const FILLED_FIELD =
  /\bthis\.(#?\w+)\s*(?:\|\||&&|\?\?)?=(?![=>])(?!\s*(?:true|false|null|undefined|-?[\d.]+|\[\s*\]|\{\s*\}|'[^'\n]*'|"[^"\n]*")\s*(?:[;,)}\n]|$))/g;

/** Methods that change a list in place. */
export const MUTATORS: ReadonlySet<string> = new Set([
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'fill',
]);

const fieldsOf = new WeakMap<ts.Node, ReadonlySet<string>>();

/** Fields that methods assign. */
export function reassignedFields(type: ClassValue): ReadonlySet<string> {
  const known = fieldsOf.get(type.declaration);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const member of type.declaration.members) for (const name of assignedIn(member)) names.add(name);
  if (type.superclass?.kind === 'class')
    for (const name of reassignedFields(type.superclass)) names.add(name);
  fieldsOf.set(type.declaration, names);
  return names;
}

/** Fields that a method, or an arrow function in a field, assigns. */
const assignedIn = (member: ts.ClassElement): readonly string[] => fieldsIn(member, CHANGED_FIELD);

const filled = new WeakMap<ts.ClassElement, readonly string[]>();

/** Those of them that it assigns something which may be a tensor: no literal, no count, nothing that it adds to a list. */
export function filledIn(member: ts.ClassElement): readonly string[] {
  const known = filled.get(member) ?? fieldsIn(member, FILLED_FIELD);
  filled.set(member, known);
  return known;
}

function fieldsIn(member: ts.ClassElement, pattern: RegExp): readonly string[] {
  const runsLater = ts.isPropertyDeclaration(member)
    ? member.initializer !== undefined && isFunctionLike(member.initializer)
    : !ts.isConstructorDeclaration(member);
  return runsLater ? Array.from(member.getText().matchAll(pattern), ([, name]) => name!) : [];
}

const namesOf = new WeakMap<ts.SourceFile, ReadonlySet<string>>();

/**
 * Variables that some function changes without declaring them, `=x` for a variable x that is assigned, `.x` for fields x of
 * objects other than `this`.
 */
export function reassignedNames(source: ts.SourceFile): ReadonlySet<string> {
  const known = namesOf.get(source);
  if (known !== undefined) return known;
  const names = new Set<string>();
  forEachChild(source, (child) => void freeAssignments(child, names));
  namesOf.set(source, names);
  return names;
}

interface Names {
  readonly assigned: Set<string>;
  readonly declared: Set<string>;
}

/** Names that the code at `node` assigns but does not declare; those of whole functions are added to `found`. */
function freeAssignments(node: ts.Node, found: Set<string>): Set<string> {
  const names: Names = { assigned: new Set(), declared: new Set() };
  const visit = (child: ts.Node): void => {
    // Tokens and names, most of all nodes, hold nothing.
    if (child.kind < SyntaxKind.FirstNode) return;
    if (isFunctionLike(child)) {
      if (ts.isFunctionDeclaration(child) && child.name !== undefined) names.declared.add(child.name.text);
      for (const name of freeOfFunction(child, found)) names.assigned.add(name);
      return;
    }
    collect(child, names);
    forEachChild(child, visit);
  };
  visit(node);
  return new Set([...names.assigned].filter((name) => !names.declared.has(name.replace('=', ''))));
}

function freeOfFunction(fn: ts.SignatureDeclaration, found: Set<string>): Set<string> {
  const parameters = new Set<string>();
  for (const { name } of fn.parameters) declaredIn(name, parameters);
  const body = 'body' in fn ? (fn.body as ts.Node | undefined) : undefined;
  const free = body === undefined ? new Set<string>() : freeAssignments(body, found);
  for (const name of parameters) for (const known of [name, `=${name}`]) free.delete(known);
  for (const name of free) found.add(name);
  return free;
}

function collect(node: ts.Node, { assigned, declared }: Names): void {
  switch (node.kind) {
    case SyntaxKind.VariableDeclaration:
      return declaredIn((node as ts.VariableDeclaration).name, declared);
    case SyntaxKind.BinaryExpression: {
      const { left, operatorToken } = node as ts.BinaryExpression;
      if (isAssignment(operatorToken.kind)) targets(left, assigned);
      return;
    }
    case SyntaxKind.PrefixUnaryExpression:
    case SyntaxKind.PostfixUnaryExpression: {
      const { operator, operand } = node as ts.PrefixUnaryExpression;
      if (isStep(operator)) targets(operand, assigned);
      return;
    }
    case SyntaxKind.ForOfStatement: {
      const { initializer } = node as ts.ForOfStatement;
      if (!ts.isVariableDeclarationList(initializer)) targets(initializer, assigned);
      return;
    }
    case SyntaxKind.CallExpression: {
      const { expression } = node as ts.CallExpression;
      if (isPropertyAccessExpression(expression) && MUTATORS.has(expression.name.text))
        owner(expression.expression, assigned);
    }
  }
}

/** What is changed where something in it is: the variable `x` of `x[0] = …`, the field `.y` of `x.y.push(…)`. */
function owner(node: ts.Expression, names: Set<string>): void {
  if (isIdentifier(node)) names.add(node.text);
  else if (isPropertyAccessExpression(node)) targets(node, names);
}

function declaredIn(name: ts.BindingName, names: Set<string>): void {
  if (isIdentifier(name)) names.add(name.text);
  else for (const element of name.elements) if (ts.isBindingElement(element)) declaredIn(element.name, names);
}

/** `x = …`, `[x, y] = …`, `({x, a: y} = …)`. */
function targets(node: ts.Node, names: Set<string>): void {
  if (isIdentifier(node)) names.add(node.text).add(`=${node.text}`);
  else if (isPropertyAccessExpression(node)) {
    if (node.expression.kind !== SyntaxKind.ThisKeyword) names.add(`.${node.name.text}`);
  } else if (isElementAccessExpression(node)) owner(node.expression, names);
  else if (ts.isArrayLiteralExpression(node)) for (const element of node.elements) targets(element, names);
  else if (ts.isObjectLiteralExpression(node)) {
    for (const property of node.properties) {
      if (ts.isShorthandPropertyAssignment(property)) targets(property.name, names);
      else if (ts.isPropertyAssignment(property)) targets(property.initializer, names);
    }
  }
}
