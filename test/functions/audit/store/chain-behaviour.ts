import { expect, it } from 'vitest';
import type { AuditReader } from '../../../../functions/audit/audit-reader.ts';
import { GENESIS_HASH, hashRecord } from '../../../../functions/audit/hash-record.ts';
import { parseContent } from '../../../../functions/audit/parse-content.ts';
import { verifyChain } from '../../../../functions/audit/verify/verify-chain.ts';
import type { JsonValue } from '../../../../protocol/json/any-json-value.ts';
import { sampleId } from '../../support/sample-events.ts';
import { type OpenAuditStore, openWithWriter } from './opened-store.ts';
import { runOf, STREAM, sample } from './sample-records.ts';

const OTHER = 'urn:offhook:cluster:other';

/** The whole chain, after it was checked: dense positions, and hashes that hold. */
export async function soundChain(reader: AuditReader, stream: string) {
  const records = await reader.chain(stream, { after: 0, limit: 1_000 });
  let previous = { position: (records[0]?.position ?? 1) - 1, hash: records[0]?.previousHash };
  if (previous.position === 0) previous = { position: 0, hash: GENESIS_HASH };
  for (const record of records) {
    expect(record).toMatchObject({ stream, position: previous.position + 1, previousHash: previous.hash });
    expect(record.hash).toBe(await hashRecord(record));
    previous = record;
  }
  return records;
}

export function chainBehaviour(open: OpenAuditStore): void {
  it('begins at position 1, goes on without gaps, and links every record to the one before', async () => {
    const { trail, reader } = await openWithWriter(open);
    for (const key of ['a', 'b']) await trail.append(await sample(key));
    await trail.recordRun(runOf('a'));
    const records = await soundChain(reader, STREAM);
    expect(records.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(records.map(({ content }) => parseContent(content).kind)).toEqual(['event', 'event', 'run']);
  });

  it('keeps every field of what was recorded, nulls and any text included', async () => {
    const { trail, reader } = await openWithWriter(open);
    const { facts, body } = await sample('a', { reason: '"\\\u0000\ud800 é\u2028', node: null });
    await trail.append({ facts, body });
    await trail.recordRun(runOf('a', { outcome: 'failed', error: 'answered 503' }));
    const contents = (await soundChain(reader, STREAM)).map(({ content }) => parseContent(content));
    expect(contents).toEqual([
      { kind: 'event', ...facts },
      { kind: 'run', ...runOf('a', { outcome: 'failed', error: 'answered 503' }) },
    ]);
  });

  it('keeps what handlers returned, whatever it is, of as many runs as are recorded at once', async () => {
    const { trail, reader } = await openWithWriter(open);
    const results: readonly JsonValue[] = [
      ...[null, false, 0, '', [], {}, 'é'.repeat(2_047), '\u0000'.repeat(682), '"'.repeat(2_047)],
      { z: 1, a: { '\u0000': '\ud800', ö: [1e21, 1.5e-7, { b: null, a: true }] } },
      JSON.parse(`${'['.repeat(64)}${']'.repeat(64)}`),
      JSON.parse('{"__proto__":{"kind":"event"},"kind":"event","eventId":"other","hook":"postStart"}'),
      ...Array.from({ length: 12 }, (_, index) => `${index}`.padEnd(4_094, 'x')),
    ];
    await trail.append(await sample('a'));
    const runs = results.map((result, index) => runOf('a', { attempt: index + 1, result }));
    await Promise.all(runs.map((run) => trail.recordRun(run)));
    await trail.recordRun(runOf('a', { attempt: 99, resultOmitted: 'not JSON: Response' }));
    const contents = (await soundChain(reader, STREAM)).map(({ content }) => parseContent(content));
    expect(contents.slice(1, -1)).toEqual(runs.map((run) => ({ kind: 'run', ...run })));
    expect(contents.at(-1)).toMatchObject({ attempt: 99, resultOmitted: 'not JSON: Response' });
    const { records } = await reader.list({ handler: 'cleanup' }, { limit: 100 });
    expect(records.filter(({ misfiled }) => misfiled !== undefined)).toEqual([]);
    expect(records).toHaveLength(runs.length + 1);
    async function* entries() {
      for (const record of await reader.chain(STREAM, { after: 0, limit: 100 })) yield { record };
    }
    expect(await verifyChain(STREAM, entries())).toMatchObject({ kind: 'verified' });
  });

  it('keeps a chain for each stream', async () => {
    const { trail, reader } = await openWithWriter(open);
    expect(await reader.streams()).toEqual([]);
    await trail.append(await sample('a'));
    await trail.append(await sample('b', { stream: OTHER }));
    await trail.append(await sample('c'));
    expect((await reader.streams()).toSorted()).toEqual([STREAM, OTHER].toSorted());
    expect(await soundChain(reader, STREAM)).toHaveLength(2);
    expect(await soundChain(reader, OTHER)).toHaveLength(1);
    expect(await reader.chain('urn:offhook:cluster:none', { after: 0, limit: 10 })).toEqual([]);
  });

  it('records the same event or run once, however often and in however many places it is recorded', async () => {
    const { trail, writer, reader } = await openWithWriter(open);
    const entry = await sample('twice');
    const again = { ...entry, facts: { ...entry.facts, attempt: 2 } };
    await Promise.all([trail.append(entry), trail.append(entry), writer().append(entry)]);
    await writer().append(again);
    await Promise.all([trail.recordRun(runOf('twice')), writer().recordRun(runOf('twice'))]);
    const records = await soundChain(reader, STREAM);
    expect(records.map(({ content }) => parseContent(content).kind)).toEqual(['event', 'run']);
  });

  it('stays one chain when several writers append at the same time', async () => {
    const { writer, reader } = await openWithWriter(open);
    const writers = [writer(), writer(), writer(), writer()];
    const appended = writers.flatMap((one, index) =>
      Array.from({ length: 30 }, async (_, number) => one.append(await sample(`${index}-${number}`))),
    );
    await Promise.all(appended);
    expect(await soundChain(reader, STREAM)).toHaveLength(120);
  });

  it('refuses what does not follow the end of its chain, all of it', async () => {
    const { trail, chains, reader } = await openWithWriter(open);
    await trail.append(await sample('a'));
    const { head } = await chains.end(STREAM, []);
    const next = (position: number, recordId: string, previousHash = head.hash) => {
      return {
        stream: STREAM,
        position,
        previousHash,
        hash: 'f'.repeat(64),
        recordId,
        content: '{"kind":"run"}',
      };
    };
    expect(await chains.append([next(1, 'taken')])).toBe('conflict');
    expect(await chains.append([next(2, 'new'), next(3, sampleId('a'), 'f'.repeat(64))])).toBe('conflict');
    expect(await reader.chain(STREAM, { after: 0, limit: 10 })).toHaveLength(1);
  });

  it('says where a chain ends, and what is in it already', async () => {
    const { trail, chains, reader } = await openWithWriter(open);
    expect((await chains.end(STREAM, ['nothing'])).head).toEqual({ position: 0, hash: GENESIS_HASH });
    await trail.append(await sample('a'));
    const [record] = await reader.chain(STREAM, { after: 0, limit: 1 });
    const { head, known } = await chains.end(STREAM, [sampleId('a'), sampleId('b')]);
    expect([head, [...known]]).toEqual([{ position: 1, hash: record?.hash }, [sampleId('a')]]);
  });

  it('gives back an event byte for byte, and nothing for one it does not have', async () => {
    const { trail, reader } = await openWithWriter(open);
    const { facts } = await sample('bytes');
    const body = Uint8Array.from({ length: 1_024 }, (_, index) => index % 256);
    // Part of a larger buffer: only that part is meant.
    await trail.append({ facts, body: body.subarray(3, 700) });
    await trail.recordRun(runOf('bytes'));
    expect(await reader.body(sampleId('bytes'))).toEqual(body.slice(3, 700));
    expect(await reader.body(sampleId('other'))).toBeNull();
    expect(await reader.body(`${sampleId('bytes')}/cleanup/1`)).toBeNull();
  });

  it('reads a chain in parts', async () => {
    const { trail, reader } = await openWithWriter(open);
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (key) => trail.append(await sample(key))));
    const part = await reader.chain(STREAM, { after: 2, limit: 2 });
    expect(part.map(({ position }) => position)).toEqual([3, 4]);
    await expect(reader.chain(STREAM, { after: 0, limit: 1_001 })).rejects.toThrow(RangeError);
  });
}
