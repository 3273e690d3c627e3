/** The compiler that comes with ts-morph, so that one parser serves reading, projects and edits. */
import { ts } from 'ts-morph';

export { ts };

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
  const extension = file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  if (extension === 'json') return ts.parseJsonText(file, text);
  const jsDocParsingMode = SAYS_TYPES.some((tag) => text.includes(tag))
    ? ts.JSDocParsingMode.ParseAll
    : ts.JSDocParsingMode.ParseNone;
  const options = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode };
  return ts.createSourceFile(file, text, options, true, SCRIPT_KINDS[extension] ?? ts.ScriptKind.TS);
}

/** Comments are a fifth of the work of parsing, and only the types in them are read from the tree. */
const SAYS_TYPES = ['@param {', '@param  {', '@type {', '@arg {', '@argument {'];

/** The first syntax error of a parsed file, as `line:column message`. */
export function syntaxError(sourceFile: ts.SourceFile): string | undefined {
  // `parseDiagnostics` is internal but is what every tool that parses without a program reads.
  const diagnostics = (sourceFile as unknown as { parseDiagnostics?: readonly ts.DiagnosticWithLocation[] })
    .parseDiagnostics;
  const first = diagnostics?.[0];
  if (first === undefined) return undefined;
  const { line, character } = sourceFile.getLineAndCharacterOfPosition(first.start);
  return `syntax error at ${line + 1}:${character + 1}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`;
}
