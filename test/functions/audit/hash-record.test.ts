import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../functions/audit/canonical-json.ts';
import { GENESIS_HASH, hashRecord } from '../../../functions/audit/hash-record.ts';
import { sha256Hex } from '../../../protocol/bytes/sha256.ts';

describe('canonical JSON', () => {
  it('sorts keys by their UTF-16 code units, on every level', () => {
    const value = {
      '\u20ac': 1,
      '\r': 2,
      '\ufb33': 3,
      '1': 4,
      '\u{1f600}': 5,
      '\u0080': 6,
      ö: { b: 1, a: [{ d: 1, c: 2 }] },
    };
    // The order of the example in RFC 8785, section 3.2.3.
    expect(canonicalJson(value)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":{"a":[{"c":2,"d":1}],"b":1},"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    );
  });

  it('writes numbers and texts as ECMAScript does', () => {
    const numbers = [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0];
    expect(canonicalJson(numbers)).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0]');
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\\\"/\ud800')).toBe(
      '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\\ud800"',
    );
    expect(canonicalJson([null, true, { gone: undefined }])).toBe('[null,true,{}]');
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [1n], [() => 1], [[undefined]]])(
    'has no way to write %s',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );
});

describe('the hash of a record', () => {
  const record = {
    stream: 'urn:offhook:cluster:é',
    position: 1,
    previousHash: GENESIS_HASH,
    content: '{"kind":"run"}',
  };

  it('is SHA-256 over the scheme, the place and the content, for ever', async () => {
    const text = `["offhook-audit-v1","urn:offhook:cluster:é",1,"${'0'.repeat(64)}","{\\"kind\\":\\"run\\"}"]`;
    expect(await hashRecord(record)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
    expect(await hashRecord(record)).toMatchInlineSnapshot(
      `"86c7b0e1b0b06819ae7cdf5e8a2db1bc4f700268b25110baf1dba658b2d7aa43"`,
    );
  });

  it.each([
    [
      'a run as it was always written',
      {},
      '{"attempt":2,"error":null,"eventId":"evt_1","finishedAtMs":25,"handler":"cleanup","kind":"run","outcome":"completed","startedAtMs":5,"stream":"s"}',
      '055f6b8c99c23b8f6d93958dcd4a4e7f9125dfab02392d8961b14a1704c537bc',
    ],
    [
      'a run with what its handler returned',
      { result: { ticket: 'OPS-1', a: [1.5, null, 'é"\ud800'], gone: undefined } },
      '{"attempt":2,"error":null,"eventId":"evt_1","finishedAtMs":25,"handler":"cleanup","kind":"run","outcome":"completed","result":{"a":[1.5,null,"é\\"\\ud800"],"ticket":"OPS-1"},"startedAtMs":5,"stream":"s"}',
      '1f7d635125f1b4872b289f9628eaeff7b47fb0cc81c8d45aa42d48b31541d56d',
    ],
    [
      'a run whose result was left out',
      { resultOmitted: 'not JSON: Response' },
      '{"attempt":2,"error":null,"eventId":"evt_1","finishedAtMs":25,"handler":"cleanup","kind":"run","outcome":"completed","resultOmitted":"not JSON: Response","startedAtMs":5,"stream":"s"}',
      'e176c5599062f18e91555319e35d76e449189884e68bc63a5c71c48be650974d',
    ],
  ] as const)('is the same for ever, of %s', async (_, more, content, hash) => {
    const run = {
      stream: 's',
      eventId: 'evt_1',
      handler: 'cleanup',
      attempt: 2,
      outcome: 'completed',
      error: null,
    };
    expect(canonicalJson({ kind: 'run', ...run, startedAtMs: 5, finishedAtMs: 25, ...more })).toBe(content);
    expect(await hashRecord({ stream: 's', position: 1, previousHash: GENESIS_HASH, content })).toBe(hash);
  });

  it.each([
    { stream: 'urn:offhook:cluster:e' },
    { position: 2 },
    { previousHash: 'f'.repeat(64) },
    { content: '{"kind":"run" }' },
  ])('changes with %o', async (change) => {
    expect(await hashRecord({ ...record, ...change })).not.toBe(await hashRecord(record));
  });

  it('is of the bytes, for a body', async () => {
    expect(await sha256Hex(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
