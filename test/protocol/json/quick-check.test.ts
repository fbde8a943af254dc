import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { lifecycleEventSchema } from '../../../protocol/event/event-schema.ts';
import { createQuickCheck } from '../../../protocol/json/quick-check.ts';
import { EVERY_EVENT } from '../event/lifecycle-events.ts';

const isPlainlyRight = createQuickCheck(lifecycleEventSchema);

test.each(EVERY_EVENT)('$type needs no closer look, also with members that nobody knows yet', (event) => {
  expect(isPlainlyRight(event)).toBe(true);
  expect(isPlainlyRight({ ...event, later: [1], data: { ...event.data, later: { is: null } } })).toBe(true);
});

/** Values at which schemas draw their lines. */
const ODD_VALUES = [
  null,
  '',
  'a\u0000b',
  '\u{1f600}'.repeat(40),
  'x'.repeat(5_000),
  '2026-02-30T00:00:00Z',
  '2026-11-22T14:24:01Z',
  'running',
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  [],
  {},
  { a: 'b' },
  { [`k${'x'.repeat(400)}`]: 'b' },
  Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, ''])),
  true,
];

type Step = { readonly holder: Record<string, unknown>; readonly name: string };

function membersOf(value: unknown): Step[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...membersOf(holder[name])]);
}

test('with any member of an event changed or left out, what passes is what the schema passes, as it came', () => {
  let [passed, sentOn] = [0, 0];
  const changed = fc.record({
    event: fc.constantFrom(...EVERY_EVENT),
    at: fc.nat(),
    value: fc.oneof(fc.constantFrom(undefined, ...ODD_VALUES), fc.jsonValue({ maxDepth: 2 })),
  });
  fc.assert(
    fc.property(changed, ({ event, at, value }) => {
      const copy = structuredClone(event) as unknown;
      const members = membersOf(copy);
      const step = members[at % members.length];
      if (step === undefined) return;
      if (value === undefined) delete step.holder[step.name];
      else step.holder[step.name] = value;
      if (!isPlainlyRight(copy)) {
        sentOn += 1;
        return;
      }
      passed += 1;
      expect(lifecycleEventSchema.safeParse(copy)).toEqual({ success: true, data: copy });
    }),
    { numRuns: 5_000 },
  );
  expect(Math.min(passed, sentOn)).toBeGreaterThan(200);
});

test.each([
  ['a kind of schema', z.bigint()],
  ['a check that changes the value', z.string().check(z.trim())],
  ['a number that is not whole', z.number()],
  ['an object that drops members', z.object({ a: z.string() })],
  ['a pattern that remembers where it was', z.string().check(z.regex(/a/g))],
  ['an exclusive bound', z.int().check(z.gt(1))],
])('%s that it does not know is refused when it is made', (_what, schema) => {
  expect(() => createQuickCheck(schema)).toThrow(TypeError);
});
