import type { Category, Report } from '../report.js';

/** What a renderer needs beside the report; it reads nothing by itself. */
export interface RenderContext {
  /** Text of a file of the report, by its `file` field; undefined: it cannot be had, and no code is shown. */
  readonly readText: (file: string) => string | undefined;
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Leave out all but errors. */
  readonly quiet: boolean;
  /** From the root of the repository to that of the report: empty, or `packages/model/`. */
  readonly prefix: string;
  /** The rules there are, to explain those that found something. */
  readonly rules: readonly RuleText[];
}

export interface RuleText {
  readonly name: string;
  readonly category: Category;
  /** What the rule asserts, in a sentence. */
  readonly claim: string;
  /** Markdown, without the title. */
  readonly help: string;
  /** Where the same can be read in a browser. */
  readonly url: string;
}

export type Renderer = (report: Report, context: RenderContext) => string;
