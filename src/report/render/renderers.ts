import type { Renderer } from './context.js';
import { github } from './github.js';
import { htmlReport } from './html.js';
import { json } from './json.js';
import { markdown } from './markdown.js';
import { sarif } from './sarif.js';
import { stylish } from './stylish.js';

/** By what `--format` calls them. */
export const formats = { stylish, json, sarif, markdown, github } satisfies Record<string, Renderer>;

export type Format = keyof typeof formats;

/** By the ending of the file a report is written to. */
export const renderersByEnding: Readonly<Record<string, Renderer>> = {
  '.html': htmlReport,
  '.json': json,
  '.md': markdown,
  '.sarif': sarif,
};
