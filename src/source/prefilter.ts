/** Cheap tests on bytes and text that decide whether a file is worth parsing at all. */
import { isUtf8 } from 'node:buffer';

export const MAX_FILE_BYTES = 5 * 1024 * 1024;

/** As many bytes as git looks at to call a file binary. */
const BINARY_WINDOW = 8000;

/** The packages, or the globals that script tags (`tf`) and the tests of tfjs-layers (`tfc`) use. */
const NAME = /@tensorflow\/tfjs|\btfc?\b/;

/** How files of TensorFlow.js itself import ops. */
const OWN_OPS = /from '(?:\.\.?\/)+(?:ops\/\w+|operation)'/;

/** Methods that tensors have and few other objects do (so not `add`): `.log()` is a tensor's, `.log(text)` the console's. */
const CHAINED_OP = new RegExp(
  String.raw`(?<!\bMath)\.(?:` +
    String.raw`(?:log1?p?|exp|expm1|r?sqrt|square|sigmoid|softmax|softplus|abs|neg|mean|sum|max|min|reciprocal)\(\s*\)|` +
    String.raw`(?:matMul|logSoftmax|logSumExp|divNoNan|squaredDifference|expandDims|div|sub|mul|pow)\()`,
);

export function mentionsTensorFlow(text: string): boolean {
  // All the names have these two letters, most files do not, and looking for them costs nothing.
  return ((text.includes('tf') && NAME.test(text)) || OWN_OPS.test(text)) && !isMinified(text);
}

/** Nobody writes lines of which the average has so many characters: a bundle, whatever its name. */
const MINIFIED_LINE = 400;

export function isMinified(text: string): boolean {
  if (text.length < 20 * MINIFIED_LINE) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  // A line of a thousand weights is long too, and somebody's.
  return text.length / lines > MINIFIED_LINE && codeLength(text) / lines > MINIFIED_LINE;
}

/** How many characters there are besides those of lists of numbers. */
const codeLength = (text: string): number => text.length - (text.match(/[\d.,\-+\s[\]]/g)?.length ?? 0);

/**
 * Whether a text may hold tensor code although it never names TensorFlow.js: a helper that is handed tensors by a file
 * that does. For decisions taken without reading the other files.
 */
export const mayHandleTensors = (text: string): boolean => mentionsTensorFlow(text) || CHAINED_OP.test(text);

/** Why these bytes cannot be source code, in the words of a problem; undefined if they can. */
export function whyUnreadable(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength > MAX_FILE_BYTES) return tooLarge(bytes.byteLength);
  const start = bytes.subarray(0, BINARY_WINDOW);
  if (start.includes(0)) return 'not analysed: it has NUL bytes, so it is binary or not UTF-8';
  // Comments in Latin-1 are no UTF-8 either, and harmless; they have no control characters beside them.
  if (!isText(bytes) && start.some(isControl))
    return 'not analysed: it is no UTF-8 and has control characters, so it is binary';
  return undefined;
}

/** Besides what lays out text: tabs, ends of lines and of pages. */
const isControl = (byte: number): boolean => byte < 32 && (byte < 9 || byte > 13);

/** What was no UTF-8 is read as U+FFFD, and may come here as such. */
const isText = (bytes: Uint8Array): boolean =>
  isUtf8(bytes) && !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('\uFFFD');

/** The map that compilers put behind the code, from which it was made: it may be most of a file, and nobody wrote it. */
const SOURCE_MAP = '\n//# sourceMappingURL=data:';

/** The text of a file, without the map at its end. */
export function codeIn(bytes: Buffer): string {
  const at = bytes.lastIndexOf(SOURCE_MAP);
  const isLast =
    at >= 0 &&
    bytes
      .subarray(at + 1)
      .toString('latin1')
      .trimEnd()
      .indexOf('\n') < 0;
  return bytes.toString('utf8', 0, isLast ? at + 1 : undefined);
}

export function tooLarge(bytes: number): string {
  return `not analysed: ${(bytes / 1024 / 1024).toFixed(1)} MB is more than the 5 MB that written code can have`;
}
