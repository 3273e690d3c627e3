import type { Project } from './program/project.js';
import type { Position } from './report/report.js';
import type { Span } from './source/span.js';
import type { ts } from './source/typescript.js';
import { relativePath } from './source/relative-path.js';

/** Spans in the words of reports: files relative to a root, lines and columns from 1, and the text that stands there. */
export class Places {
  constructor(
    private readonly root: string,
    private readonly files: Project,
  ) {}

  source(file: string): ts.SourceFile | undefined {
    return this.files.load(file)?.source;
  }

  textOf({ file, start, end }: Span): string {
    return this.source(file)?.text.slice(start, end) ?? '';
  }

  relative(file: string): string {
    return relativePath(this.root, file);
  }

  positions(span: Span): { start: Position; end: Position } {
    return { start: this.position(span.file, span.start), end: this.position(span.file, span.end) };
  }

  position(file: string, offset: number): Position {
    const source = this.source(file);
    if (source === undefined) return { line: 1, column: 1 };
    const { line, character } = source.getLineAndCharacterOfPosition(offset);
    return { line: line + 1, column: character + 1 };
  }
}
