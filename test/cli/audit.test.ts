import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { folder } from '../folder.js';
import { BROKEN, gradlint, MAIN, SOUND, start, SYNTAX_ERROR } from './cli.js';

const project = (files: Readonly<Record<string, string>> = { 'energy.ts': BROKEN }) => folder(files);

describe('exit codes', () => {
  test('0: nothing found', () => {
    const { status, stdout, stderr } = start(project({ 'energy.ts': SOUND }), ['--no-confirm']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('✔ Nothing found');
  });

  test('0: nothing to look at', async () => {
    expect((await gradlint(project({ 'index.js': 'console.log(1);' }))).stdout).toContain(
      '1 file, none with TensorFlow.js code',
    );
  });

  test('1: an error, once it is confirmed', () => {
    const { status, stdout } = start(project(), []);
    expect(stdout).toContain('error  exp-overflow  energy.ts:4:10 in energy');
    expect(stdout).toMatch(/limit +fails for x >= 88\.7/);
    expect(status).toBe(1);
  });

  test.each([
    ['error', 0],
    ['warning', 1],
    ['info', 1],
    ['never', 0],
  ])('a warning with --fail-on=%s exits with %i', async (failOn, status) => {
    expect((await gradlint(project(), '--no-confirm', '--fail-on', failOn)).status).toBe(status);
  });

  test.each([
    [['--fail-on=error', '--fail-on=warning'], 1],
    [['--fail-on=warning', '--fail-on=never'], 0],
    [['--max-warnings=0', '--max-warnings=1'], 0],
    [['--confirm=slice', '--no-confirm', '--quiet', '--quiet'], 0],
  ])('of options that are given twice the last one counts: %j', async (args, status) => {
    expect(await gradlint(project(), '--no-confirm', ...args)).toMatchObject({ status, stderr: '' });
  });

  test('--max-warnings is a gate of its own', async () => {
    const root = project();
    expect((await gradlint(root, '--no-confirm', '--max-warnings=1')).status).toBe(0);
    expect((await gradlint(root, '--no-confirm', '--max-warnings=0')).status).toBe(1);
  });

  test('2: the command line is wrong', () => {
    expect(start(project(), ['--bogus'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('Unknown argument: bogus.'),
    });
  });

  test('3: a file that could not be analysed, whatever else was found', () => {
    const root = project({ 'energy.ts': BROKEN, 'broken.ts': SYNTAX_ERROR, 'binary.ts': '\0tf.log(x)' });
    const { status, stdout } = start(root, ['--no-confirm', '--fail-on=never']);
    expect(status).toBe(3);
    expect(stdout).toMatch(/problem {2}broken\.ts: syntax error at 2:25/);
    expect(stdout).toContain('problem  binary.ts: not analysed: it has NUL bytes');
    expect(stdout).toContain('incomplete: 2 problems');
  });

  describe('3: a file that names TensorFlow.js and does not parse, though as it stands it holds no tensor code', () => {
    const imports = `import * as tf from '@tensorflow/tfjs';\n`;
    test.each([
      ['a comment without an end', `${imports}/* open\nexport const f = (x) => tf.log(x);\n`, '4:1'],
      ['half a statement', `${imports}const x = (;\n`, '2:12'],
      ['the marks of a merge', `<<<<<<< HEAD\n${imports}=======\n>>>>>>> theirs\n`, '1:1'],
      ['JavaScript', `${imports}const x = ];\n`, '2:11', 'broken.js'],
    ])('%s', async (_, text, place, name = 'broken.ts') => {
      const root = project({ [name]: text });
      for (const paths of [[name], []]) {
        const { status, stdout } = await gradlint(root, '--no-confirm', ...paths);
        expect(stdout).toContain(`problem  ${name}: syntax error at ${place}`);
        expect(status).toBe(3);
      }
    });

    test('of other files nothing is asked', async () =>
      expect(await gradlint(project({ 'broken.ts': 'const x = (;' }), '--no-confirm')).toMatchObject({
        status: 0,
      }));
  });

  test('0: a picture that is imported is no module, and no problem', async () => {
    const root = project({
      'show.ts': `import picture from './cat.jpg';\nimport * as tf from '@tensorflow/tfjs';\nexport const show = (x: tf.Tensor) => [picture, tf.neg(x)];\n`,
      'cat.jpg': '\0\u0001\u0002',
    });
    expect(await gradlint(root, '--no-confirm', '--fail-on=never')).toMatchObject({ status: 0 });
  });
});

describe('exit code 2, in words and without a stack trace', () => {
  test.each([
    [['nowhere.ts'], /There is no file or folder nowhere\.ts in .*\nCheck the spelling/],
    [['--format=xml'], /--format takes stylish, json, sarif, markdown, github, not xml\./],
    [['--confirm=maybe'], /--confirm takes function, slice, off, not maybe\./],
    [['--fail-on=fatal'], /--fail-on takes error, warning, info, never, not fatal\./],
    [['--max-warnings=many'], /--max-warnings takes a number from 0 on\./],
    [['--report=report.pdf'], /--report report\.pdf: .*\n.*\.html, \.json, \.md, \.sarif/],
    [['--report'], /--report needs a value: --report report\.html\.\n/],
    [['--max-warnings'], /--max-warnings needs a value: --max-warnings 0\.\n/],
    [['--fail-on', 'error', '--fail-on'], /--fail-on needs a value: --fail-on warning\.\n/],
    [['--no-report'], /--no-report is no option\.\nLeave it out, or write --report with a value\./],
    [['--bogus'], /Unknown argument: bogus\.\n`gradlint --help`/],
    [['explain'], /The command needs to be told what\./],
    [['explain', 'exp'], /There is no rule exp\.\nDid you mean exp-then-clip or exp-overflow\?/],
    [
      ['explain', '#loss'],
      /#loss names no function of a file\.\nWrite the file, # and the function: file\.ts#loss\./,
    ],
    [['graph', 'energy.ts'], /energy\.ts names no function of a file\.\n.*: energy\.ts#loss\./],
    [['graph', 'energy.ts#loss'], /energy\.ts has no function loss with tensor code\.\nThere are: .*energy/],
    [['graph', 'nowhere.ts#loss'], /nowhere\.ts cannot be read/],
    [['replay', 'abc'], /There is no report of an audit in .*\nRun an audit here first/],
    [['--staged'], /is not in a git repository\.\nRun --staged inside one/],
  ])('gradlint %j', async (args, message) => {
    const { status, stdout, stderr } = await gradlint(project(), ...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe('formats', () => {
  test('json follows the schema, with and without confirmation', async () => {
    const schema = JSON.parse(readFileSync(new URL('../../schema/report-1.json', import.meta.url), 'utf8'));
    const validate = new Ajv2020({ strictRequired: false }).compile(schema);
    for (const confirm of ['function', 'slice', 'off']) {
      const report = JSON.parse((await gradlint(project(), '--format=json', `--confirm=${confirm}`)).stdout);
      validate(report);
      expect(validate.errors).toBeNull();
      expect(report.findings).toHaveLength(1);
    }
  });

  test.each([
    ['sarif', /"version": "2\.1\.0"/],
    ['markdown', /^# gradlint\n/],
    ['github', /^::warning file=energy\.ts,line=4,/],
  ])('%s', async (format, expected) => {
    expect((await gradlint(project(), '--no-confirm', `--format=${format}`)).stdout).toMatch(expected);
  });

  test('paths are from the root of the repository for GitHub, from the folder for people', async () => {
    const root = project({ '.git/HEAD': '', 'packages/a/energy.ts': BROKEN });
    const inside = path.join(root, 'packages/a');
    expect((await gradlint(inside, '--no-confirm', '--format=github')).stdout).toContain(
      'file=packages/a/energy.ts',
    );
    expect((await gradlint(inside, '--no-confirm', '--format=sarif')).stdout).toContain(
      '"uri": "packages/a/energy.ts"',
    );
    expect((await gradlint(inside, '--no-confirm')).stdout).toContain('  energy.ts:4:10');
  });

  test('--report writes files beside what is printed, each by its ending', async () => {
    const root = project();
    const names = ['out/report.html', 'report.json', 'report.sarif', 'REPORT.MD'];
    const { stdout } = await gradlint(
      root,
      '--no-confirm',
      '--quiet',
      ...names.flatMap((name) => ['--report', name]),
      'energy.ts',
    );
    expect(stdout).toContain('not shown: 1 warning');
    const starts = [/^<!doctype html>/, /^{\n {2}"schema": 1,/, /^{\n {2}"\$schema":/, /^# gradlint\n/];
    names.forEach((name, i) => expect(readFileSync(path.join(root, name), 'utf8')).toMatch(starts[i]!));
    expect(readFileSync(path.join(root, 'report.json'), 'utf8')).toContain('exp-overflow');
  });

  test('colour is for terminals, and for who asks', () => {
    const root = project();
    const escape = '\u001b[';
    expect(start(root, ['--no-confirm']).stdout).not.toContain(escape);
    expect(start(root, ['--no-confirm'], { FORCE_COLOR: '1' }).stdout).toContain(escape);
    expect(start(root, ['--no-confirm'], { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout).not.toContain(escape);
  });
});

test('--coverage says what could not be followed, and leaves machine formats alone', async () => {
  const root = project({
    'a.ts': `import * as tf from '@tensorflow/tfjs';\nimport { mystery } from 'elsewhere';\nexport const f = () => tf.log(mystery());\n`,
  });
  expect((await gradlint(root, '--no-confirm', '--coverage')).stdout).toMatch(
    /0 of 1 tensor operations \(0 %\) could be followed\. The others rest on:\n\n +1 {2}unresolved call\n +1 {2}a\.ts:3 {2}tf\.log\(mystery\(\)\)/,
  );
  expect((await gradlint(root, '--no-confirm', '--coverage')).stdout).toContain(
    'Of 1 tensor expressions, 0 (0 %) have a known rank, 0 (0 %) a known shape. Of 0 more (0 %) the rank is known as that of a parameter. The rank of the others is lost to:',
  );
  const { stdout, stderr } = await gradlint(root, '--no-confirm', '--coverage', '--format=json');
  expect(() => JSON.parse(stdout)).not.toThrow();
  expect(stderr).toContain('could be followed');
});

describe('the cache folder', () => {
  test('ignores itself', async () => {
    const root = project();
    await gradlint(root, '--no-confirm');
    expect(readFileSync(path.join(root, '.gradlint-cache/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('is not made with --no-cache', async () => {
    const root = project();
    await gradlint(root, '--no-confirm', '--no-cache');
    expect(existsSync(path.join(root, '.gradlint-cache'))).toBe(false);
  });
});

test('a reader that has seen enough is no error', () => {
  const root = project(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`energy${i}.ts`, BROKEN])));
  const command = `"${process.execPath}" "${MAIN}" --no-confirm --no-cache | head -1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'energy0.ts\n0\n', stderr: '' });
});
