import { posix } from 'node:path';
import type { Rule } from '../../rule/rule.js';
import type { Report } from '../report.js';

/** What a renderer needs beside the report; it reads nothing by itself. */
export interface RenderContext {
  /** Text of a file of the report, by its `file` field; undefined: it cannot be had, and no code is shown. */
  readonly readText: (file: string) => string | undefined;
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Print errors only. */
  readonly quiet: boolean;
  /** From the root of the repository to that of the report: empty, or `packages/model/`. */
  readonly prefix: string;
  /** The rules there are, to explain those that found something. */
  readonly rules: readonly RuleText[];
}

export type RuleText = Pick<Rule, 'name' | 'category' | 'claim' | 'reason' | 'remedy' | 'examples'>;

export type Renderer = (report: Report, context: RenderContext) => string;

/** A file of the report as the repository names it: what is staged may stand above the folder that gradlint runs in. */
export const inRepository = (prefix: string, file: string): string => posix.normalize(prefix + file);
