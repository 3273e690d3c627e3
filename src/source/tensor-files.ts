/**
 * Which files hold code of a program with tensors: those that name TensorFlow.js, and those that stand beside one, import one, or
 * are imported by one nearby. The metrics of a model, its decoder and its features are often plain numbers in a file of their own.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ImportedFiles } from './imported-files.js';
import { isMinified, mentionsTensorFlow } from './prefilter.js';
import { isHandWritten } from './source-file.js';

/** More files than a program has in one folder: a collection. */
const MOST_FILES = 400;

/** More folders than a program has in one: a home directory, a collection of projects. */
const MOST_FOLDERS = 60;

export class TensorFiles {
  private readonly naming = new Map<string, boolean>();
  private readonly folders = new Map<string, boolean>();
  private readonly used = new Map<string, ReadonlySet<string>>();

  constructor(private readonly imports: ImportedFiles) {}

  /** Whether the text names TensorFlow.js, as its neighbours are then told. */
  names(file: string, text: string): boolean {
    const names = mentionsTensorFlow(text);
    this.naming.set(file, names);
    return names;
  }

  /** Whether a file that does not name TensorFlow.js belongs to one that does. */
  isBeside(file: string): boolean {
    return (this.isNextTo(file) || this.isUsedNearby(file)) && !isMinified(this.imports.textOf(file) ?? '');
  }

  private isNextTo(file: string): boolean {
    return this.isIn(dirname(file)) || this.imports.of(file).some((imported) => this.namesIt(imported));
  }

  private isIn(folder: string): boolean {
    const known = this.folders.get(folder);
    if (known !== undefined) return known;
    const found = sourcesIn(folder).some((file) => this.namesIt(file));
    this.folders.set(folder, found);
    return found;
  }

  /**
   * Whether a file imports it that stands in a folder beside its own, above or below, within the package, and names TensorFlow.js or
   * stands next to one.
   */
  private isUsedNearby(file: string): boolean {
    const folder = dirname(file);
    if (this.usedAround(folder).has(file)) return true;
    return !existsSync(join(folder, 'package.json')) && this.usedAround(dirname(folder)).has(file);
  }

  /** What the files of a folder and of the folders in it import, as far as they name TensorFlow.js or stand next to one. */
  private usedAround(folder: string): ReadonlySet<string> {
    const known = this.used.get(folder);
    if (known !== undefined) return known;
    const below = foldersIn(folder);
    const near = below.length > MOST_FOLDERS ? [folder] : [folder, ...below];
    const users = near.flatMap(sourcesIn).filter((file) => this.namesIt(file) || this.isNextTo(file));
    const used = new Set(users.flatMap((file) => this.imports.of(file)));
    this.used.set(folder, used);
    return used;
  }

  private namesIt(file: string): boolean {
    return this.naming.get(file) ?? this.names(file, this.imports.textOf(file) ?? '');
  }
}

/** What a process knows of the files on disk. In an editor they change: it is asked anew after a while. */
let onDisk = { tensors: new TensorFiles(new ImportedFiles()), since: 0 };
const ASKED_ANEW_MS = 5_000;

/** Whether a text that stands for a file belongs to a program with tensors. */
export function isTensorFile(file: string, text: string): boolean {
  const now = performance.now();
  if (now - onDisk.since > ASKED_ANEW_MS)
    onDisk = { tensors: new TensorFiles(new ImportedFiles()), since: now };
  return onDisk.tensors.names(file, text) || onDisk.tensors.isBeside(file);
}

function sourcesIn(folder: string): readonly string[] {
  try {
    const files = readdirSync(folder).filter(isHandWritten);
    return files.length > MOST_FILES ? [] : files.map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}
