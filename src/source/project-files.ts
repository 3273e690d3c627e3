import { dirname } from 'node:path';
import { PathError } from '../errors.js';
import { ts } from './typescript.js';

type OnProblem = (file: string, message: string) => void;

/**
 * The files that a tsconfig.json stands for, those of the projects it references included. `onProblem` is told of what it extends
 * and what cannot be read.
 */
export function projectFiles(configuration: string, onProblem: OnProblem = () => {}): string[] {
  const files = new Set<string>();
  const seen = new Set<string>();
  const read = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const { config, error } = ts.readConfigFile(path, (file) => ts.sys.readFile(file));
    if (error !== undefined) {
      throw new PathError(
        `${path} cannot be read: ${saidOf(error)}`,
        'Mend it, or name source files and folders instead.',
      );
    }
    const project = ts.parseJsonConfigFileContent(config, ts.sys, dirname(path), undefined, path);
    for (const wrong of project.errors.filter(isOfBase))
      onProblem(path, `what it extends cannot be read: ${saidOf(wrong)}`);
    for (const file of project.fileNames) files.add(file);
    for (const reference of project.projectReferences ?? []) read(ts.resolveProjectReferencePath(reference));
  };
  read(configuration);
  if (files.size === 0)
    throw new PathError(`${configuration} includes no files.`, 'Check its `files` and `include`.');
  return [...files].filter((file) => !file.includes('/node_modules/'));
}

/** A file that is not there, or whose syntax is broken; what is merely odd in it changes nothing here. */
const isOfBase = ({ code }: ts.Diagnostic): boolean => NOT_THERE.has(code) || code < SYNTAX;

const NOT_THERE = new Set([5012, 5083, 6053, 6096]);
/** The compiler numbers errors of syntax below this. */
const SYNTAX = 2000;

/** With the place, where there is one. */
function saidOf({ file, start, messageText }: ts.Diagnostic): string {
  const said = ts.flattenDiagnosticMessageText(messageText, ' ');
  if (file === undefined || start === undefined) return said;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${file.fileName}:${line + 1}:${character + 1} ${said}`;
}
