/** Where a command prints, and what can be shown there. */
export interface Terminal {
  /** The result. */
  out(text: string): void;
  /** What is not the result: errors, hints. */
  note(text: string): void;
  /** Shows a line that the next one replaces; without text, takes it away. */
  status(text?: string): void;
  readonly colour: boolean;
  readonly width: number;
}

/** Progress is for eyes: more often is not seen. */
const STATUS_INTERVAL_MS = 80;
const NO_TERMINAL_WIDTH = 120;

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  // A reader that has seen enough (`gradlint | head`) is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  let shownAt = -Infinity;
  return {
    out: (text) => void stdout.write(text),
    note: (text) => void stderr.write(text),
    status: (text) => {
      if (!stderr.isTTY) return;
      const isDue = text === undefined ? shownAt > 0 : performance.now() - shownAt >= STATUS_INTERVAL_MS;
      if (!isDue) return;
      shownAt = text === undefined ? -Infinity : performance.now();
      stderr.write(`\r\u001b[K${(text ?? '').slice(0, (stderr.columns || NO_TERMINAL_WIDTH) - 1)}`);
    },
    colour: (env['NO_COLOR'] ?? '') === '' && (stdout.isTTY || (env['FORCE_COLOR'] ?? '') !== ''),
    width: stdout.columns || NO_TERMINAL_WIDTH,
  };
}
