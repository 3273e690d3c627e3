/**
 * Which files hold code of a program with tensors: those that name TensorFlow.js, and those that stand beside one or import
 * one. The metrics of a model, its decoder and its features are often plain numbers in a file of their own.
 */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ImportedFiles } from './imported-files.js';
import { isMinified, mentionsTensorFlow } from './prefilter.js';
import { isHandWritten } from './source-file.js';

/** More files than a program has in one folder: a collection. */
const MOST_FILES = 400;

export class TensorFiles {
  private readonly naming = new Map<string, boolean>();
  private readonly folders = new Map<string, boolean>();

  constructor(private readonly imports: ImportedFiles) {}

  /** Whether the text names TensorFlow.js, as its neighbours are then told. */
  names(file: string, text: string): boolean {
    const names = mentionsTensorFlow(text);
    this.naming.set(file, names);
    return names;
  }

  /** Whether a file that does not name TensorFlow.js belongs to one that does. */
  isBeside(file: string): boolean {
    return (
      (this.isIn(dirname(file)) || this.imports.of(file).some((imported) => this.namesIt(imported))) &&
      !isMinified(this.imports.textOf(file) ?? '')
    );
  }

  private isIn(folder: string): boolean {
    const known = this.folders.get(folder);
    if (known !== undefined) return known;
    const found = sourcesIn(folder).some((file) => this.namesIt(file));
    this.folders.set(folder, found);
    return found;
  }

  private namesIt(file: string): boolean {
    return this.naming.get(file) ?? this.names(file, this.imports.textOf(file) ?? '');
  }
}

/** What a process knows of the files on disk. Of a long one, as editors have it, that is what they were at first. */
const onDisk = new TensorFiles(new ImportedFiles());

/** Whether a text that stands for a file belongs to a program with tensors. */
export const isTensorFile = (file: string, text: string): boolean =>
  onDisk.names(file, text) || onDisk.isBeside(file);

function sourcesIn(folder: string): readonly string[] {
  try {
    const files = readdirSync(folder).filter(isHandWritten);
    return files.length > MOST_FILES ? [] : files.map((name) => join(folder, name));
  } catch {
    return [];
  }
}
