import { existsSync } from 'node:fs';
import path from 'node:path';

/** A public repository. */
export interface Repository {
  readonly name: string;
  /** The commit that was read; without it, commits of its history are. */
  readonly commit?: string | undefined;
}

/** Where a clone lies, under its name without the owner. */
export const codeFolder = (folder: string, repository: string): string =>
  path.join(folder, folderName(repository));

const folderName = (repository: string): string => repository.split('/').at(-1)!;

/** The folder that holds all of the clones, or what to do where it does not. */
export function findCode(
  bench: string,
  code: string | undefined,
  repositories: readonly Repository[],
): { readonly folder: string } | { readonly folder: undefined; readonly advice: string } {
  const folder = code ?? process.env['GRADLINT_REAL_CODE'];
  const missing = repositories.filter(
    ({ name }) => folder === undefined || !existsSync(codeFolder(folder, name)),
  );
  return folder === undefined || missing.length > 0
    ? { folder: undefined, advice: howToGet(bench, missing) }
    : { folder };
}

function howToGet(bench: string, missing: readonly Repository[]): string {
  const commands = missing.map(({ name, commit }) => {
    const clone = `git clone https://github.com/${name}`;
    return commit === undefined ? clone : `${clone} && git -C ${folderName(name)} checkout ${commit}`;
  });
  return [
    'The code is not here. Get it, in a folder outside this repository, and name that folder:\n',
    ...commands,
    `\nnpm run bench -- ${bench} --code=FOLDER   (or GRADLINT_REAL_CODE=FOLDER)`,
  ].join('\n');
}
