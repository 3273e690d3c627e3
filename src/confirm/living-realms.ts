/** The processes of realms that live, so that none outlives gradlint when a signal ends it. */
import { constants } from 'node:os';

interface Living {
  kill(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const living = new Set<Living>();
let isOwnProcess = false;

/** For the command line, whose process is gradlint's own: signals are to end realms that user code keeps busy, too. */
export function endRealmsOnSignals(): void {
  isOwnProcess = true;
  process.once('exit', endAll);
}

export function lives(realm: Living): void {
  living.add(realm);
  // Not before: a handler has to wait for code that runs, such as the static pass, which nothing else would interrupt.
  if (isOwnProcess && living.size === 1) for (const signal of SIGNALS) process.on(signal, endOn);
}

export function isGone(realm: Living): void {
  if (!living.delete(realm) || living.size > 0) return;
  for (const signal of SIGNALS) process.off(signal, endOn);
}

/** As a shell would say that the signal did it. */
function endOn(signal: NodeJS.Signals): void {
  endAll();
  process.exit(128 + constants.signals[signal]);
}

function endAll(): void {
  for (const realm of living) realm.kill();
}
