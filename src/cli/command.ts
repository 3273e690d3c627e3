import type { Argv } from 'yargs';
import type { Terminal } from './terminal.js';

/** One thing that gradlint can be told to do; `run` answers with the exit code. */
export interface Command<Options> {
  readonly usage: string | readonly string[];
  readonly summary: string;
  options(parser: Argv): Argv<Options>;
  run(options: Options, terminal: Terminal, root: string): Promise<number>;
}
