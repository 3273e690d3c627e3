/** What git ignores beside the `.gitignore` files: `info/exclude` of the repository, and `core.excludesFile` of whoever works in it. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const known = new Map<string, readonly string[]>();

/** The texts, what weighs less first, for the root of a repository. Most repositories have none. */
export function excludesOf(repository: string): readonly string[] {
  const found = known.get(repository) ?? read(repository);
  known.set(repository, found);
  return found;
}

function read(repository: string): readonly string[] {
  const folder = commonFolder(repository);
  const own = join(folder, 'info/exclude');
  const files = [excludesFile(repository, join(folder, 'config')), own];
  // What git writes into `info/exclude` itself is a comment.
  return files.map((file) => textOf(file) ?? '').filter((text) => /^\s*[^#\s]/m.test(text));
}

/** Where git keeps what all work trees of a repository share. */
function commonFolder(repository: string): string {
  const entry = join(repository, '.git');
  if (statSync(entry, { throwIfNoEntry: false })?.isFile() !== true) return entry;
  // `gitdir: ../.git/worktrees/name`
  const folder = resolve(repository, (textOf(entry) ?? '').replace(/^gitdir:/, '').trim());
  return resolve(folder, textOf(join(folder, 'commondir'))?.trim() ?? '.');
}

/** Only git can tell what its settings come to. It is not asked where none of them is about this. */
function excludesFile(repository: string, ownSettings: string): string | undefined {
  const settings = [ownSettings, ...commonSettings()].map((file) => textOf(file) ?? '');
  const ask = process.env['GIT_CONFIG_COUNT'] !== undefined || settings.some((text) => SETTING.test(text));
  if (ask) {
    const args = ['config', '--path', '--get', 'core.excludesFile'];
    const { status, stdout } = spawnSync('git', args, { cwd: repository, encoding: 'utf8' });
    if (status === 0) return stdout.trim() === '' ? undefined : resolve(repository, stdout.trim());
  }
  return join(userSettings(), 'git/ignore');
}

const SETTING = /excludesfile|^\s*\[include/im;

function commonSettings(): readonly string[] {
  const { GIT_CONFIG_GLOBAL: ofUser, GIT_CONFIG_SYSTEM: ofSystem = '/etc/gitconfig' } = process.env;
  if (ofUser !== undefined) return [ofSystem, ofUser];
  return [ofSystem, join(userSettings(), 'git/config'), join(homedir(), '.gitconfig')];
}

function userSettings(): string {
  const folder = process.env['XDG_CONFIG_HOME'] ?? '';
  return folder === '' ? join(homedir(), '.config') : folder;
}

function textOf(file: string | undefined): string | undefined {
  try {
    return file === undefined ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
