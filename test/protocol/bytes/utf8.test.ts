import fc from 'fast-check';
import { expect, it } from 'vitest';
import { utf8 } from '../../../protocol/bytes/utf8.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 2_000 }),
  // Halves of surrogate pairs, too.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 500 })
    .map((units) => String.fromCharCode(...units)),
  fc.integer({ min: 2_600, max: 9_000 }).map((length) => '語'.repeat(length)),
);

it('a text is as TextEncoder has it, and stays so while others are encoded', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (texts) => {
      const encoded = texts.map(utf8);
      const expected = texts.map((each) => new TextEncoder().encode(each));
      for (const [at, bytes] of encoded.entries())
        expect(Buffer.compare(bytes, expected[at] ?? bytes)).toBe(0);
      expect(encoded).toHaveLength(expected.length);
    }),
  );
});

it('what is written into one text changes no other', () => {
  const [first, second] = [utf8('one'), utf8('two')];
  first.fill(0x78);
  expect(new TextDecoder().decode(second)).toBe('two');
});
