import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson, StrictJsonError } from '../../../protocol/json/strict-json.ts';

const outcome = (parse: (text: string) => unknown, text: string) => {
  try {
    return { value: parse(text) };
  } catch {
    return 'refused';
  }
};

/** Equal as values, and in what toEqual does not see: -0, and the order of keys. */
function expectSame(text: string): void {
  const [ours, theirs] = [outcome(parseStrictJson, text), outcome(JSON.parse, text)];
  expect(ours, text).toStrictEqual(theirs);
  expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
}

test('reads every JSON value as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      // A key that is refused on purpose; fast-check likes to try it.
      fc.pre(!text.includes('"__proto__":'));
      expectSame(text);
    }),
  );
});

test('refuses what JSON.parse refuses, after any edit of a JSON text', () => {
  const noise = fc.string({
    unit: fc.constantFrom(...'{}[]",:\\u0e1-+.tn \t\n\u0001\ufeff\u00a0'),
    maxLength: 3,
  });
  fc.assert(
    // No keys: an edit could otherwise make two of them equal, which is the one thing that differs.
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 0 })),
      fc.nat(),
      fc.nat(3),
      noise,
      (value, at, cut, insert) => {
        const text = JSON.stringify([...value, { key: 'a\\"\u2028' }]);
        const start = at % (text.length + 1);
        expectSame(text.slice(0, start) + insert + text.slice(start + cut));
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  ...[
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    'NaN',
    'Infinity',
  ],
  ...[
    '"\u0001"',
    '"\\x"',
    '"\\u12"',
    '"open',
    'nul',
    'true false',
    '\ufeff{}',
    '\u00a0{}',
    '[1 2]',
    '{"a" 1}',
    '//',
  ],
])('refuses %j like JSON.parse', (text) => {
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  expect(() => parseStrictJson(text)).toThrow(StrictJsonError);
});

test.each([
  '-0',
  '1e999',
  '-1E-2',
  '"\\ud800"',
  '"\\u0041\\/"',
  ' [ ] ',
  '{"":{"":[]}}',
  '{"constructor":1}',
])('reads %j like JSON.parse', expectSame);

test.each([
  ['{"id":1,"id":1}', 'duplicate_key', 'the same key twice at id (position 8)'],
  [
    '{"data":{"pod":{"uid":"a","\\u0075id":"b"}}}',
    'duplicate_key',
    'the same key twice at data.pod.uid (position 26)',
  ],
  [
    '[{},{"a.b":[1,{"x y":1,"x y":2}]}]',
    'duplicate_key',
    'the same key twice at [1]["a.b"][1]["x y"] (position 23)',
  ],
  [
    '{"data":{"__proto__":{}}}',
    'forbidden_key',
    'key __proto__ is not allowed at data.__proto__ (position 9)',
  ],
  ['{"\\u005f_proto__":1}', 'forbidden_key', 'key __proto__ is not allowed at __proto__ (position 1)'],
  ['{"data":{"pod":nope}}', 'not_json', 'expected a JSON value at data.pod (position 15)'],
  ['{} x', 'not_json', 'text after the end of the JSON value at (root) (position 3)'],
  ['{"a":1 "b":2}', 'not_json', 'expected "," or "}" at (root) (position 7)'],
  ['{"a":"x', 'not_json', 'a string that does not end, or a character it must escape at a (position 5)'],
])('%j is %s', (text, code, message) => {
  expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ code, message }));
});

test('64 levels are read, 65 are refused, and so are a hundred thousand', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  expectSame(nested(64));
  expectSame(objects(64));
  for (const text of [nested(65), objects(65), nested(100_000), '['.repeat(100_000)]) {
    expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ code: 'too_deep' }));
  }
});

test('a message stays short and on one line, whatever the keys are', () => {
  const key = JSON.stringify(`line\nbreak\u001b[31m\u0085\u202e${'x'.repeat(10_000)}`);
  const text = `${`{${key}:`.repeat(60)}!`;
  expect(() => parseStrictJson(text)).toThrow(
    expect.toSatisfy(({ message }: Error) => message.length < 400 && /^[ -~…]*$/.test(message)),
  );
});

test('a long string without an end costs linear time', () => {
  const text = `["${'a\\n'.repeat(80_000)}`;
  expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ code: 'not_json', position: 1 }));
});
