import path from 'node:path';
import { GradlintError, messageOf, UsageError } from '../errors.js';
import type { GradientOptions, GradientReport } from '../gradcheck/index.js';
import { Bundler } from './bundle.js';
import type { CallArguments } from './realm-messages.js';
import { RealmDied, RealmProcess } from './realm-process.js';
import { locateTensorFlow } from './tensorflow-location.js';

export interface CheckLimits {
  /** For the check of one function; loading its file has to take less than `LOADING_MS` of it. */
  readonly milliseconds: number;
  readonly memoryMb: number;
}

/** The function cannot be checked with these arguments: what `checkGradient` says of the first of them. */
export class CheckRefused extends GradlintError {}

/** A module that computes when it is loaded may take some seconds; longer, and it has no end. */
const LOADING_MS = 15_000;

/** A function of the user's, in a process of its own that has no rights: see `check-main.ts`. */
export class CheckRealm {
  private constructor(
    private readonly realm: RealmProcess,
    private readonly name: string,
    private readonly limits: CheckLimits,
  ) {}

  /**
   * Bundles and loads a file; the function may be exported or not, if it stands at its top level.
   *
   * @param file absolute
   * @param shown the file as messages name it
   * @throws GradlintError where the file cannot be bundled, throws, or does not come to an end
   */
  static async load(file: string, shown: string, name: string, limits: CheckLimits): Promise<CheckRealm> {
    const code = await new Bundler().bundleFile(file, name).catch((error: unknown) => {
      throw new GradlintError(`${shown}: ${messageOf(error)}`);
    });
    const realm = await open(path.dirname(file), limits);
    try {
      const loading = Math.min(LOADING_MS, limits.milliseconds);
      const answer = await realm.ask({ type: 'load', code, name }, loading);
      if (answer.type === 'refused')
        throw new GradlintError(
          `${shown} throws when it is run: ${answer.message}`,
          'It is loaded as an import would load it, in a process of its own without files, network or `process`.',
        );
      if (answer.type === 'loaded' && answer.found) return new CheckRealm(realm, name, limits);
      throw new UsageError(`${shown} has no function ${name} at its top level.`);
    } catch (error) {
      realm.kill();
      if (!(error instanceof RealmDied)) throw error;
      throw new GradlintError(
        `${shown} cannot be loaded: ${error.message}.`,
        'What stands at its top level is run, as an import would run it.',
      );
    }
  }

  /** @throws CheckRefused where none of the arguments can be used, GradlintError where limits are met */
  async check(
    attempts: readonly CallArguments[],
    options: GradientOptions,
  ): Promise<{ readonly report: GradientReport; readonly attempt: number }> {
    const { milliseconds } = this.limits;
    const answer = await this.realm
      .ask({ type: 'check', attempts, options }, milliseconds)
      .catch((error: unknown) => {
        if (!(error instanceof RealmDied)) throw error;
        throw new GradlintError(
          `The gradient of ${this.name} was not checked to the end: ${error.message}.`,
          'Check it on smaller inputs, or give it more: --timeout takes seconds, --memory megabytes.',
        );
      });
    if (answer.type === 'checked') return answer;
    if (answer.type === 'refused') throw new CheckRefused(answer.message, answer.advice);
    throw new GradlintError(`The gradient of ${this.name} was not checked: ${answer.type}.`);
  }

  close(): void {
    this.realm.kill();
  }
}

/** With the TensorFlow.js of the project, else the one that came with gradlint. */
async function open(folder: string, { memoryMb, milliseconds }: CheckLimits): Promise<RealmProcess> {
  let first: unknown;
  for (const tensorflow of locateTensorFlow(folder)) {
    try {
      return await RealmProcess.open({
        kind: 'float32',
        program: 'check-main',
        tensorflow,
        memoryLimitMb: memoryMb,
        timeLimitMs: milliseconds,
      });
    } catch (error) {
      first ??= error;
    }
  }
  throw new GradlintError(`TensorFlow.js cannot be loaded: ${messageOf(first)}`);
}
