import { dirname } from 'node:path';
import { PathError } from '../errors.js';
import { ts } from './typescript.js';

/** The files that a tsconfig.json stands for, those of the projects it references included. */
export function projectFiles(configuration: string): string[] {
  const files = new Set<string>();
  const seen = new Set<string>();
  const read = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const { config, error } = ts.readConfigFile(path, (file) => ts.sys.readFile(file));
    if (error !== undefined) {
      throw new PathError(
        `${path} cannot be read: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`,
      );
    }
    const project = ts.parseJsonConfigFileContent(config, ts.sys, dirname(path), undefined, path);
    for (const file of project.fileNames) files.add(file);
    for (const reference of project.projectReferences ?? []) read(ts.resolveProjectReferencePath(reference));
  };
  read(configuration);
  if (files.size === 0)
    throw new PathError(`${configuration} includes no files.`, 'Check its `files` and `include`.');
  return [...files].filter((file) => !file.includes('/node_modules/'));
}
