import path from 'node:path';

/** A public repository, at the commit that was read. */
export interface Repository {
  readonly name: string;
  readonly commit: string;
}

/** Where a clone lies, under its name without the owner. */
export const codeFolder = (folder: string, repository: string): string =>
  path.join(folder, repository.split('/').at(-1)!);

/** What to do where the code is not on this machine. */
export function howToGet(bench: string, missing: readonly Repository[]): string {
  const commands = missing.map(({ name, commit }) => {
    const folder = name.split('/').at(-1)!;
    return `git clone https://github.com/${name} && git -C ${folder} checkout ${commit}`;
  });
  return [
    'The code is not here. Get it, in a folder outside this repository, and name that folder:\n',
    ...commands,
    `\nnpm run bench -- ${bench} --code=FOLDER   (or GRADLINT_REAL_CODE=FOLDER)`,
  ].join('\n');
}
