/**
 * How a child process is started that must not outlive its parent, whatever ends that. A realm that user code keeps busy
 * does not hear that its parent is gone; the kernel can be told so beforehand.
 */
import { existsSync } from 'node:fs';
import type { ForkOptions } from 'node:child_process';

const SHELL = '/bin/sh';

/** Linux can end a child with its parent; elsewhere it ends when it has used up its processor time. */
const SCRIPT = `ulimit -t "$1" 2> /dev/null
shift
setpriv --pdeathsig KILL true 2> /dev/null && exec setpriv --pdeathsig KILL "$@"
exec "$@"`;

/** Windows has no such limits: there a process that is kept busy has to be ended by hand. */
const HAS_SHELL = process.platform !== 'win32' && existsSync(SHELL);

/** For `fork`: Node with these flags, and with so many seconds of processor time. */
export function boundToParent(
  flags: readonly string[],
  processorSeconds: number,
): Pick<ForkOptions, 'execPath' | 'execArgv'> {
  if (!HAS_SHELL) return { execArgv: [...flags] };
  const limit = String(Math.ceil(processorSeconds));
  return { execPath: SHELL, execArgv: ['-c', SCRIPT, SHELL, limit, process.execPath, ...flags] };
}
