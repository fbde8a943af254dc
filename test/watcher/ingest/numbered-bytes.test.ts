import { expect, test } from 'vitest';
import { numberedBytes } from '../../../watcher/ingest/numbered-bytes.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test('an event is written once, and its number is filled in when it is known', () => {
  const asked: string[] = [];
  const encode = numberedBytes((sequence) => {
    asked.push(sequence);
    return new TextEncoder().encode(
      JSON.stringify({ subject: 'ü "sequence":"', sequence, data: { sequence: '1' } }),
    );
  });
  encode(0);
  const numbered = JSON.parse(text(encode(1_234_567)));
  expect(numbered).toEqual({
    subject: 'ü "sequence":"',
    sequence: '0000000001234567',
    data: { sequence: '1' },
  });
  expect(asked).toEqual(['0000000000000000']);
});

test('an event that cannot be written says so before it has a number', () => {
  const encode = numberedBytes(() => {
    throw new RangeError('too large');
  });
  expect(() => encode(0)).toThrow('too large');
});
