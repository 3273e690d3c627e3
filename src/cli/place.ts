import { relative, resolve } from 'node:path';
import { UsageError } from '../errors.js';

/** `file.ts#function`. */
export interface Place {
  readonly file: string;
  readonly function: string;
}

export function parsePlace(text: string, root: string): Place {
  const at = text.lastIndexOf('#');
  const [file, name] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  if (at > 0 && name !== '') return { file, function: name };
  const example = `${file === '' ? 'file.ts' : relative(root, resolve(root, file))}#loss`;
  throw new UsageError(
    `${text} names no function of a file.`,
    `Write the file, # and the function: ${example}.`,
  );
}

/** A method can be named without its class. */
export const functionIn = (place: Place, name: string): boolean =>
  name === place.function || name.endsWith(`.${place.function}`);
