import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Confirmed } from '../../src/report/report.js';
import { json } from '../../src/report/render/json.js';
import { clean, finding, report, sample } from './sample.js';

const schema = JSON.parse(readFileSync(new URL('../../schema/report-1.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(schema);

function errors(text: string): string[] {
  validate(JSON.parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe('the schema accepts', () => {
  test('a report with everything', () => expect(errors(json(sample))).toEqual([]));
  test('a report with nothing', () => expect(errors(json(clean))).toEqual([]));
  test('values that JSON has not', () => {
    const witness = { inputs: [{ name: 'x', value: NaN }], observed: { y: [Infinity, [-0]] } };
    const verdict = { status: 'confirmed', failure: 'nan', evidence: 'slice', witness } as const;
    expect(errors(json(report([finding({ verdict })])))).toEqual([]);
  });
});

describe('the schema refuses', () => {
  const refused: Readonly<Record<string, object>> = {
    'a field it does not know': { ...clean, extra: 1 },
    'another version': { ...clean, schema: 2 },
    'a line 0': report([finding({ start: { line: 0, column: 1 } })]),
    'a confirmation without a witness': report([finding({ verdict: { status: 'confirmed' } as Confirmed })]),
    'an unknown severity': report([finding({ severity: 'fatal' as 'error' })]),
    'a missing summary': { ...clean, summary: undefined },
  };
  for (const [what, value] of Object.entries(refused)) {
    test(what, () => expect(errors(JSON.stringify(value))).not.toEqual([]));
  }
});

test('every part of the schema says what it is', () => {
  const silent: string[] = [];
  const visit = (part: Record<string, unknown>, path: string): void => {
    const properties = (part['properties'] ?? {}) as Record<string, Record<string, unknown>>;
    for (const [name, property] of Object.entries(properties)) {
      const obvious = 'const' in property || '$ref' in property || ['line', 'column'].includes(name);
      if (!obvious && property['description'] === undefined) silent.push(`${path}.${name}`);
      visit(property, `${path}.${name}`);
    }
  };
  visit(schema, '');
  for (const [name, definition] of Object.entries(schema.$defs as Record<string, Record<string, unknown>>))
    visit(definition, name);
  expect(silent).toEqual([]);
});
