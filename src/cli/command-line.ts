import yargs, { type Argv } from 'yargs';
import { endRealmsOnSignals } from '../confirm/living-realms.js';
import { GradlintError, messageOf, UsageError } from '../errors.js';
import { version } from '../version.js';
import { auditCommand } from './audit.js';
import type { Command } from './command.js';
import { explainCommand } from './explain.js';
import { gradcheckCommand } from './gradcheck.js';
import { inWords, lastOfEach, refuseNegated } from './given-options.js';
import { graphCommand } from './graph.js';
import { replayCommand } from './replay.js';
import { rulesCommand } from './rules.js';
import { shapesCommand } from './shapes.js';
import { processTerminal, type Terminal } from './terminal.js';

/** The command line of this process; answers with its exit code. */
export function run(args: readonly string[]): Promise<number> {
  const terminal = processTerminal();
  process.on('uncaughtException', (error) => process.exit(printError(error, terminal)));
  endRealmsOnSignals();
  return runIn(process.cwd(), args, terminal);
}

/** Parses the arguments, runs the command, prints what went wrong; answers with the exit code. */
export async function runIn(root: string, args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal, root);
  } catch (error) {
    return printError(error, terminal);
  }
}

async function dispatch(args: readonly string[], terminal: Terminal, root: string): Promise<number> {
  refuseNegated(args);
  let exitCode = 0;
  const parser = yargs()
    .scriptName('gradlint')
    .usage(
      'Finds the places in TensorFlow.js code where numbers break and shapes broadcast by accident, and proves each one.',
    )
    .version(version)
    .alias({ help: 'h', version: 'v' })
    .strict()
    .wrap(Math.min(110, terminal.width))
    .exitProcess(false)
    .middleware(lastOfEach, true)
    .fail((message: string | null, error: Error | undefined) => {
      // What yargs itself finds wrong of the command line it hands over as an error too.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new UsageError(
        inWords(message ?? 'The command line cannot be read.'),
        '`gradlint --help` lists what there is.',
      );
    })
    .epilogue(
      'Exit code 0: nothing at or above --fail-on. 1: findings. 2: the command line is wrong. 3: the audit is incomplete.',
    );
  const add = <Options>(command: Command<Options>): void => {
    parser.command(
      command.usage,
      command.summary,
      (sub) => command.options(sub as Argv),
      async (options) => {
        exitCode = await command.run(options as unknown as Options, terminal, root);
      },
    );
  };
  add(auditCommand);
  add(explainCommand);
  add(gradcheckCommand);
  add(graphCommand);
  add(replayCommand);
  add(rulesCommand);
  add(shapesCommand);
  await parser.parseAsync([...args]);
  return exitCode;
}

function printError(error: unknown, terminal: Terminal): number {
  terminal.status();
  if (error instanceof GradlintError) {
    terminal.note(`gradlint: ${error.message}\n${error.advice === undefined ? '' : `${error.advice}\n`}`);
    return error.exitCode;
  }
  terminal.note(`gradlint failed, and that is a defect of gradlint: ${messageOf(error)}\n`);
  terminal.note(
    'Please report it with what GRADLINT_DEBUG=1 prints; nothing was found out about the code.\n',
  );
  if (process.env['GRADLINT_DEBUG'] !== undefined)
    terminal.note(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 3;
}
