import { describe, expect, test } from 'vitest';
import { faultLines, load, loadOk, withSubscription } from './load.ts';

function filterOf(...lines: string[]) {
  return loadOk(withSubscription(...lines)).subscriptions[0]?.filter;
}

function warningsOf(...lines: string[]): readonly string[] {
  const result = load(withSubscription(...lines));
  return result.kind === 'ok' ? result.warnings : faultLines(withSubscription(...lines));
}

describe('a subscription', () => {
  test('asks for labels by expressions, beside its selector', () => {
    expect(
      filterOf(
        'selector: { app: checkout }',
        'selectorExpressions:',
        '  - { key: tier, operator: NotIn, values: [db, ""] }',
        '  - { key: example.com/team, operator: Exists }',
        '  - { key: canary, operator: DoesNotExist, values: [] }',
      ),
    ).toEqual({
      selector: { app: 'checkout' },
      selectorExpressions: [
        { key: 'tier', operator: 'NotIn', values: ['db', ''] },
        { key: 'example.com/team', operator: 'Exists' },
        { key: 'canary', operator: 'DoesNotExist', values: [] },
      ],
    });
  });

  test('asks for ends by their exit code and reason', () => {
    expect(
      filterOf(
        'hooks: [postStop]',
        'exitCodes: { operator: NotIn, values: [0, 143] }',
        'reasons: [Error, OOMKilled]',
      ),
    ).toEqual({
      hooks: ['postStop'],
      exitCodes: { operator: 'NotIn', values: [0, 143] },
      reasons: ['Error', 'OOMKilled'],
    });
  });

  const ONLY_POST_STOP = 'only postStop tells how a run ended; needs hooks: [postStop], and no other hook';
  test.each([
    [
      'exitCodes',
      '{ operator: In, values: [] }',
      'values',
      'the empty list means nothing; leave exitCodes out',
    ],
    ['exitCodes', '{ operator: In, values: [256] }', 'values[0]', 'a whole number from 0 to 255, got 256'],
    ['exitCodes', '{ operator: In, values: [-1] }', 'values[0]', 'a whole number from 0 to 255, got -1'],
    ['exitCodes', '{ operator: In, values: [1, "2"] }', 'values[1]', 'a whole number from 0 to 255, got "2"'],
    ['exitCodes', '{ operator: In, values: [7, 7] }', 'values[1]', '7 is listed twice'],
    ['exitCodes', '{ operator: Not, values: [7] }', 'operator', 'expected one of In, NotIn, got "Not"'],
    ['exitCodes', '{ operator: In, values: [7], code: 7 }', 'code', 'unknown key; did you mean "values"?'],
    ['exitCodes', '{ operator: In }', 'values', 'is required: a list of exit codes, such as [0, 143]'],
    ['exitCodes', '[1]', '', 'expected a map with the keys operator, values, got a list'],
    ['reasons', '[]', '', 'the empty list matches nothing; leave the key out for all reasons'],
    ['reasons', '[OOM Killed]', '[0]', 'expected a reason such as OOMKilled'],
    ['reasons', `[${'x'.repeat(65)}]`, '[0]', 'expected a reason such as OOMKilled'],
    ['reasons', '[Error, Error]', '[1]', '"Error" is listed twice'],
  ])('%s: %s is refused at %s', (key, value, path, message) => {
    const [line = ''] = faultLines(withSubscription('hooks: [postStop]', `${key}: ${value}`));
    expect(line).toMatch(/^offhook\.yaml:6:\d+ /);
    const separator = path === '' || path.startsWith('[') ? '' : '.';
    expect(line).toContain(`subscriptions[0].${key}${separator}${path}: `);
    expect(line).toContain(message);
  });

  test.each([
    ['exitCodes: { operator: In, values: [1] }', 'exitCodes'],
    ['reasons: [OOMKilled]', 'reasons'],
  ])('with %s hears of postStop alone', (line, key) => {
    const refusal = expect.stringMatching(
      new RegExp(`subscriptions\\[0\\]\\.${key}: ${escaped(ONLY_POST_STOP)}$`),
    );
    expect(faultLines(withSubscription(line))).toEqual([refusal]);
    expect(faultLines(withSubscription('hooks: [postStop, preStop]', line))).toEqual([refusal]);
    expect(faultLines(withSubscription('hooks: [postStop]', line))).toEqual([]);
  });

  test.each([
    ['[{ key: app, operator: In }]', '[0].values', 'In needs at least one value'],
    ['[{ key: app, operator: NotIn, values: [] }]', '[0].values', 'NotIn needs at least one value'],
    ['[{ key: app, operator: Exists, values: [a] }]', '[0].values', 'Exists takes no values'],
    ['[{ key: app, operator: In, values: [1] }]', '[0].values[0]', 'write it in quotes: "1"'],
    ['[{ key: app, operator: In, values: [a b] }]', '[0].values[0]', 'is not a label value'],
    ['[{ key: a/b/c, operator: Exists }]', '[0].key', 'is not a label key'],
    ['[{ key: app, operator: exists }]', '[0].operator', 'expected one of In, NotIn, Exists, DoesNotExist'],
    ['[{ operator: Exists }]', '[0].key', 'is required: a label key'],
    ['[]', '', 'the empty list asks for nothing; leave the key out'],
    ['{ app: web }', '', 'expected a list of label expressions, such as [{'],
    [`[${'{ key: a, operator: Exists },'.repeat(17)}]`, '', 'expected at most 16 label expressions'],
  ])('selectorExpressions: %s is refused at %s', (value, path, message) => {
    const [line = ''] = faultLines(withSubscription(`selectorExpressions: ${value}`));
    expect(line).toContain(`subscriptions[0].selectorExpressions${path}: `);
    expect(line).toContain(message);
  });

  test.each([
    ['podSelector: { app: x }', 'selector'],
    ['matchExpressions: []', 'selectorExpressions'],
    ['exitCode: 1', 'exitCodes'],
  ])('%s points to %s', (line, key) => {
    expect(faultLines(withSubscription(line))[0]).toContain(`unknown key; did you mean "${key}"?`);
  });
});

describe('what can never match is warned of', () => {
  const expression = (text: string) => `selectorExpressions: [${text}]`;
  test.each([
    [
      ['selector: { app: web }', expression('{ key: app, operator: NotIn, values: [web, db] }')],
      'matches no Pod: no value of the label app satisfies all that is asked of it',
    ],
    [
      [expression('{ key: app, operator: In, values: [a] }, { key: app, operator: In, values: [b] }')],
      'matches no Pod: no value of the label app satisfies all that is asked of it',
    ],
    [
      ['selector: { app: web }', expression('{ key: app, operator: DoesNotExist }')],
      'matches no Pod: the label app must be there and must not',
    ],
    [
      ['hooks: [postStop]', 'reasons: [Completed]', 'exitCodes: { operator: NotIn, values: [0] }'],
      'matches no end: Completed has exit code 0, which exitCodes leaves out',
    ],
    [
      [
        'hooks: [postStop]',
        'reasons: [ContainerStatusUnknown]',
        'exitCodes: { operator: NotIn, values: [0] }',
      ],
      'matches no end: with ContainerStatusUnknown nobody knows the exit code',
    ],
    [['hooks: [postStop]', 'reasons: [OomKilled]'], 'reason OomKilled is not known; did you mean OOMKilled?'],
  ])('%j', (lines, warning) => {
    expect(warningsOf(...lines)).toEqual([`subscription bridge: ${warning}`]);
  });

  test.each([
    [['selector: { app: web }', expression('{ key: app, operator: Exists }')]],
    [[expression('{ key: app, operator: In, values: [a, b] }, { key: app, operator: NotIn, values: [b] }')]],
    [[expression('{ key: app, operator: NotIn, values: [a] }, { key: app, operator: DoesNotExist }')]],
    [['hooks: [postStop]', 'reasons: [Completed, Error]', 'exitCodes: { operator: NotIn, values: [0] }']],
    [['hooks: [postStop]', 'reasons: [SomethingOfOneRuntime]']],
  ])('%j can', (lines) => {
    expect(warningsOf(...lines)).toEqual([]);
  });
});

function escaped(text: string): string {
  return text.replace(/[[\]]/g, '\\$&');
}
