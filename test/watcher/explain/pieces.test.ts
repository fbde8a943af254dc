import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRecordedValues } from '../../../watcher/explain/read-recorded-values.ts';

/** Objects as recordings hold them: with brackets, quotes and line ends in strings, and `items` where they mean nothing. */
const object = fc.dictionary(
  fc.constantFrom('a', 'items', 'object', 'x"y', '}'),
  fc.oneof(
    fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', '\n', ':', 'ü', '🙂', 'items') }),
    fc.integer(),
    fc.record({ items: fc.array(fc.record({ b: fc.integer() })) }),
  ),
);
const indent = fc.constantFrom(undefined, 2, 4);
const written = fc.oneof(
  fc.record({ values: fc.tuple(object), isItem: fc.constant(false), indent }),
  fc.record({ values: fc.array(object, { maxLength: 4 }), isItem: fc.constant(true), indent }),
);

it('whatever the layout and wherever the stream is cut, the same objects are read from the same lines', async () => {
  const recording = fc.array(fc.tuple(written, fc.constantFrom('\n', '\n\n', '', ' \n')), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(recording, fc.array(fc.integer({ min: 1, max: 40 })), async (parts, cuts) => {
      let text = '';
      const expected: object[] = [];
      for (const [{ values, isItem, indent }, between] of parts) {
        const line = text.split('\n').length;
        const list = { kind: 'List', items: values };
        text += JSON.stringify(isItem ? list : values[0], null, indent) + between;
        for (const json of values)
          expected.push({ json, isItem, ...(isItem && indent !== undefined ? {} : { line }) });
      }
      const { found, faults } = await read(pieces(text, cuts));
      expect(faults).toEqual([]);
      expect(found).toHaveLength(expected.length);
      expect(found).toMatchObject(expected);
    }),
    { numRuns: 300 },
  );
});

async function read(chunks: readonly string[]) {
  const faults: string[] = [];
  const found: object[] = [];
  async function* stream() {
    yield* chunks;
  }
  for await (const values of readRecordedValues(stream(), (fault) => faults.push(fault)))
    found.push(...values);
  return { found, faults };
}

function pieces(text: string, lengths: readonly number[]): readonly string[] {
  const cut: string[] = [];
  let from = 0;
  for (const length of lengths) {
    cut.push(text.slice(from, from + length));
    from += length;
  }
  return [...cut, text.slice(from)];
}
