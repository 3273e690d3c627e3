import { mayHandleTensors, whyUnreadable } from '../source/prefilter.js';
import { hasWord, stagedFiles } from '../source/staged.js';

/** Options that change nothing where there is nothing to report. */
const INDIFFERENT =
  /^--(?:staged|quiet|no-confirm|no-cache|confirm=(?:function|slice|off)|fail-on=(?:error|warning|info|never)|max-warnings=\d+)$/;

/** What a file that uses TensorFlow.js has in it. */
const NAMES = ['tf', 'tfc', 'tfjs'];

/** Whether `--staged` can end here. Everything else, errors included, is left to the whole command line. */
export async function isNothingStaged(root: string, args: readonly string[]): Promise<boolean> {
  if (!args.every((arg) => INDIFFERENT.test(arg))) return false;
  try {
    const { files: staged, unmerged } = stagedFiles(root);
    // What cannot be judged is told of.
    if (unmerged.length > 0) return false;
    if (staged.length === 0) return true;
    if (staged.some(({ content }) => whyUnreadable(content) !== undefined)) return false;
    const files = staged.map(({ path, content }) => ({ path, text: content.toString('utf8') }));
    if (files.some(({ text }) => mayHandleTensors(text))) return false;
    if (!hasWord(root, NAMES)) return true;
    // Plain numbers belong to a program with tensors that they stand beside. Who wants to know has to load the compiler.
    const { isTensorFile } = await import('../source/tensor-files.js');
    return !files.some(({ path, text }) => isTensorFile(path, text));
  } catch {
    return false;
  }
}
