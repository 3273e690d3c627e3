import ts from 'typescript';
import {
  isRight,
  shapeFiles,
  shapePatterns,
  toldOfShapes,
  type ShapePattern,
} from '../test/support/shapes.js';
import type { ReportedFinding } from '../src/report/report.js';
import { table } from './table.js';

/** Shapes that nobody meant, and shapes that somebody did: what is told of each, beside what `tsc --strict` tells. */
export async function shapes(): Promise<string> {
  const told = await toldOfShapes();
  const compiler = diagnostics();
  const findings = (pattern: ShapePattern): readonly ReportedFinding[] => told.get(pattern.id) ?? [];
  const score = (some: readonly ShapePattern[]): string =>
    `${some.filter((one) => isRight(one, findings(one))).length} of ${some.length}`;
  const hazards = shapePatterns.filter(({ expected }) => expected !== 'silent');
  const meant = shapePatterns.filter(({ expected }) => expected === 'silent');
  const other = hazards.flatMap((one) => findings(one).filter(({ rule }) => rule !== one.expected));
  const rows = shapePatterns.map((one) => [
    one.id,
    `${one.file}:${one.line}`,
    one.expected,
    findings(one)
      .map(({ rule, start, severity }) => `${rule}:${start.line} ${severity}`)
      .join(', ') || 'silent',
    isRight(one, findings(one)) ? 'yes' : 'NO',
    compiler(one),
  ]);
  return [
    '## Shapes: hazards and controls\n',
    table(
      ['pattern', 'place', 'expected', 'gradlint, only custom gradients run', 'right', 'tsc --strict'],
      rows,
    ),
    '',
    table(
      ['', 'hazards, right rule and line', 'meant, silent', 'other findings'],
      [
        ['gradlint', score(hazards), score(meant), other.length],
        [
          'tsc --strict',
          `${hazards.filter((one) => compiler(one) > 0).length} of ${hazards.length}`,
          score0(meant, compiler),
          0,
        ],
      ],
    ),
  ].join('\n');
}

const score0 = (some: readonly ShapePattern[], compiler: (of: ShapePattern) => number): string =>
  `${some.filter((one) => compiler(one) === 0).length} of ${some.length}`;

/** The number of diagnostics of `tsc --strict` at the line of a pattern. */
function diagnostics(): (of: ShapePattern) => number {
  const program = ts.createProgram(shapeFiles, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  const places = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    if (file === undefined) throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    return `${file.fileName.split('/').at(-1)!}:${file.getLineAndCharacterOfPosition(start ?? 0).line + 1}`;
  });
  return ({ file, line }) => places.filter((place) => place === `${file}:${line}`).length;
}
