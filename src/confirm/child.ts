/** What the programs have in common that run in child processes without rights. */
import process from 'node:process';
import type { TensorFlow } from '../ops/row.js';
import type { FromRealm, ToRealm } from './realm-messages.js';
import type { Stubs } from './stubs.js';

/** To the parent. Bound before user code is there that could take it away. */
export const answer = process.send!.bind(process) as (message: FromRealm) => boolean;

/** Hands on what the parent asks, one request at a time; what fails is answered by `refusal`. */
export function serveParent(
  serve: (message: ToRealm) => Promise<void>,
  refusal: (error: unknown) => FromRealm,
): void {
  // Without `catch`, which user code may have replaced.
  const served = async (message: ToRealm): Promise<void> => {
    try {
      await serve(message);
    } catch (error) {
      answer(refusal(error));
    }
  };
  process.on('message', (message: ToRealm) => void served(message));
  process.on('disconnect', () => process.exit());
  // Left behind by user code that nobody waits for.
  process.on('uncaughtException', () => undefined);
  process.on('unhandledRejection', () => undefined);
}

/** What bundles expect to find. `written`: names under which the code and the program leave things for each other. */
export function defineGlobals(tf: TensorFlow, stubs: Stubs, written: readonly string[]): void {
  Object.defineProperties(globalThis, {
    tf: { value: tf, writable: true, configurable: true },
    __gradlintTf: { value: tf },
    __gradlintMeta: { value: { env: {}, url: 'file:///module.js' } },
    __gradlintStub: { value: (name: string) => stubs.make(name) },
    ...Object.fromEntries(written.map((name) => [name, { writable: true, value: undefined }])),
  });
}
