import { mayHandleTensors } from '../source/prefilter.js';
import { stagedFiles } from '../source/staged.js';

/** Options that change nothing where there is nothing to report. */
const INDIFFERENT =
  /^--(?:staged|quiet|no-confirm|no-cache|confirm=(?:function|slice|off)|fail-on=(?:error|warning|info|never)|max-warnings=\d+)$/;

/** Whether `--staged` can end here. Everything else, errors included, is left to the whole command line. */
export function isNothingStaged(root: string, args: readonly string[]): boolean {
  if (!args.every((arg) => INDIFFERENT.test(arg))) return false;
  try {
    return !stagedFiles(root).some(({ content }) => mayHandleTensors(content.toString('utf8')));
  } catch {
    return false;
  }
}
