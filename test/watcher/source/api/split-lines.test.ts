import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter } from '../../../../watcher/source/api/split-lines.ts';
import { recordedAnswer } from '../../../support/recorded-answer.ts';

function split(chunks: readonly Uint8Array[], maxLineBytes = 1 << 20) {
  const splitter = createLineSplitter(maxLineBytes);
  return chunks.flatMap((chunk) => [...splitter.push(chunk).lines]);
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

describe('createLineSplitter', () => {
  it('finds the same lines wherever the bytes are cut', () => {
    const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' '));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const chunks = cutAt(
          bytes,
          cuts.map((cut) => cut % (bytes.length + 1)),
        );
        expect(split(chunks)).toEqual(lines.filter((text) => text !== ''));
      }),
    );
  });

  it('survives a cut at every single byte of a recorded watch', () => {
    const bytes = Buffer.from(recordedAnswer('watch-list').body);
    const whole = split([bytes]);
    expect(whole).toHaveLength(4);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(split([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
    }
    expect(split([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('splits at no other line end that Unicode knows', () => {
    const line = JSON.stringify({ text: 'a\u2028b\u2029c\u0085d\u000be\rf' });
    expect(split([Buffer.from(`${line}\n`)])).toEqual([line]);
    const raw = 'a\u2028b\u2029c\u0085d';
    expect(split([Buffer.from(`${raw}\n`)])).toEqual([raw]);
  });

  it('keeps back a last line without its newline', () => {
    expect(split([Buffer.from('one\ntwo')])).toEqual(['one']);
  });

  it.each([
    ['in one chunk', ['ok\n', `${'x'.repeat(11)}\n`]],
    ['still without its end', ['ok\nxxxxxx', 'xxxxxx']],
    ['across chunks', ['ok\nxxxxxx', 'xxxxxx\nmore\n']],
  ])('reports a line beyond the limit: %s', (_, chunks) => {
    const splitter = createLineSplitter(10);
    const results = chunks.map((chunk) => splitter.push(Buffer.from(chunk)));
    expect(results.flatMap(({ lines }) => lines)).toEqual(['ok']);
    expect(results.at(-1)?.overlong).toBe(true);
  });
});
