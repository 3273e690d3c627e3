/** The compiler that comes with ts-morph, so that one parser serves reading, projects and edits. */
import { ts } from 'ts-morph';
import { errorsOf, readingHtmlComments } from './sloppy-scripts.js';

export { ts };

/** What is asked a million times: in the namespace of the compiler a getter is in front of everything. */
export const {
  forEachChild,
  isBinaryExpression,
  isCallExpression,
  isElementAccessExpression,
  isFunctionLike,
  isIdentifier,
  isNonNullExpression,
  isNumericLiteral,
  isParenthesizedExpression,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  isReturnStatement,
  SyntaxKind,
} = ts;

const SCRIPT_KINDS: Readonly<Record<string, ts.ScriptKind>> = {
  ts: ts.ScriptKind.TS,
  mts: ts.ScriptKind.TS,
  cts: ts.ScriptKind.TS,
  tsx: ts.ScriptKind.TSX,
  js: ts.ScriptKind.JSX, // JSX in .js files is common
  mjs: ts.ScriptKind.JSX,
  cjs: ts.ScriptKind.JSX,
  jsx: ts.ScriptKind.JSX,
};

/** Parses without binding or checking. The tree of a file with syntax errors is still usable; the errors are listed. */
export function parse(file: string, text: string): ts.SourceFile {
  const extension = extensionOf(file);
  if (extension === 'json') return ts.parseJsonText(file, text);
  const saysTypes = SAYS_TYPES.some((tag) => text.includes(tag));
  const jsDocParsingMode = saysTypes ? ts.JSDocParsingMode.ParseAll : ts.JSDocParsingMode.ParseNone;
  const options = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode };
  const source = treeOf(file, text, options, saysTypes);
  if (!saysTypes) setParents(source);
  return source;
}

/** The first syntax error of code that nobody reads any further: the tree has no parents, which is half the work. */
export function syntaxErrorIn(file: string, text: string): string | undefined {
  const options = {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  };
  return syntaxError(treeOf(file, text, options, false));
}

function treeOf(
  file: string,
  text: string,
  options: ts.CreateSourceFileOptions,
  withParents: boolean,
): ts.SourceFile {
  const kind = SCRIPT_KINDS[extensionOf(file)] ?? ts.ScriptKind.TS;
  const read = (by: string): ts.SourceFile => ts.createSourceFile(file, by, options, withParents, kind);
  return readingHtmlComments(read(text), read);
}

const extensionOf = (file: string): string => file.slice(file.lastIndexOf('.') + 1).toLowerCase();

/** As the compiler does it, which also goes through comments, in half the time. A long sum is deeper than calls can go. */
function setParents(source: ts.SourceFile): void {
  const open: ts.Node[] = [source];
  let parent: ts.Node | undefined;
  const adopt = (child: ts.Node): void => {
    (child as { parent: ts.Node }).parent = parent!;
    open.push(child);
  };
  while ((parent = open.pop()) !== undefined) forEachChild(parent, adopt);
}

/** Comments are a fifth of the work of parsing, and only the types in them are read from the tree. */
const SAYS_TYPES = ['@param {', '@param  {', '@type {', '@arg {', '@argument {'];

/** The first syntax error of a parsed file, as `line:column message`. */
export function syntaxError(sourceFile: ts.SourceFile): string | undefined {
  const first = errorsOf(sourceFile)[0];
  if (first === undefined) return undefined;
  const { line, character } = sourceFile.getLineAndCharacterOfPosition(first.start);
  return `syntax error at ${line + 1}:${character + 1}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`;
}
