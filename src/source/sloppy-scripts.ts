/** What JavaScript still takes in scripts and CommonJS modules that are not strict, and the compiler calls a syntax error. */
import { ts } from 'ts-morph';

/** Errors about octal escapes, numbers with a leading zero, and `\8`: what they mean is read all the same. */
const OLD_SPELLINGS = new Set([1121, 1487, 1488, 1489]);

/** The syntax errors of a parsed file. */
export function errorsOf(source: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  // `parseDiagnostics` is internal but is what every tool that parses without a program reads.
  const { parseDiagnostics: errors = [] } = source as unknown as {
    parseDiagnostics?: readonly ts.DiagnosticWithLocation[];
  };
  if (errors.length === 0 || !isSloppy(source)) return errors;
  return errors.filter(({ code }) => !OLD_SPELLINGS.has(code));
}

/** `<!--` where a line begins, and `-->`, are comments of one line: what hid scripts from browsers that knew none. */
const HTML_COMMENT = /^([ \t]*)(?:<!|--(?=>))/gm;

/**
 * The same file with such comments spelled as others, in as many characters, where it has errors without that and none with
 * it: elsewhere the characters may stand in a text.
 */
export function readingHtmlComments(
  source: ts.SourceFile,
  read: (text: string) => ts.SourceFile,
): ts.SourceFile {
  if (errorsOf(source).length === 0 || !isSloppy(source) || !/<!--|-->/.test(source.text)) return source;
  const again = read(source.text.replace(HTML_COMMENT, '$1//'));
  return errorsOf(again).length === 0 ? again : source;
}

function isSloppy(source: ts.SourceFile): boolean {
  if (!/\.(?:c?js|jsx)$/i.test(source.fileName) || ts.isExternalModule(source)) return false;
  const [first] = source.statements;
  const isStrict =
    first !== undefined &&
    ts.isExpressionStatement(first) &&
    ts.isStringLiteral(first.expression) &&
    first.expression.text === 'use strict';
  return !isStrict;
}
