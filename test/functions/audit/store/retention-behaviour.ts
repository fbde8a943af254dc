import { expect, it } from 'vitest';
import type { ChainStore } from '../../../../functions/audit/chain-store.ts';
import { parseContent } from '../../../../functions/audit/parse-content.ts';
import { sampleId } from '../../support/sample-events.ts';
import { soundChain } from './chain-behaviour.ts';
import { NOW, type OpenAuditStore, openWithWriter } from './opened-store.ts';
import { runOf, STREAM, sample } from './sample-records.ts';

const DAY_MS = 86_400_000;
const LIMIT_MS = NOW - 10 * DAY_MS;

/** Positions 1 to 3 are older than the limit, an event's run among them; 4 is not, 5 is but stands behind it. */
async function openWithHistory(open: OpenAuditStore) {
  const opened = await openWithWriter(open);
  const { trail } = opened;
  const old = { occurredAtMs: NOW - 12 * DAY_MS, recordedAtMs: NOW - 11 * DAY_MS };
  await trail.append(await sample('old', old));
  await trail.recordRun(runOf('old', { startedAtMs: old.recordedAtMs, finishedAtMs: old.recordedAtMs + 5 }));
  await trail.append(await sample('old too', old));
  await trail.append(await sample('young'));
  await trail.append(await sample('late', old));
  return opened;
}

export function retentionBehaviour(open: OpenAuditStore): void {
  it('removes the old beginning of a chain, and says so in the chain', async () => {
    const { trail, reader } = await openWithHistory(open);
    const [, , third] = await reader.chain(STREAM, { after: 0, limit: 3 });
    expect(await trail.prune(STREAM, LIMIT_MS)).toBe(3);
    const records = await soundChain(reader, STREAM);
    expect(records.map(({ position }) => position)).toEqual([4, 5, 6]);
    expect(parseContent(records[2]?.content ?? '')).toEqual({
      kind: 'retention',
      stream: STREAM,
      upToPosition: 3,
      upToHash: third?.hash,
      removed: 3,
      olderThanMs: LIMIT_MS,
      recordedAtMs: NOW,
      signature: null,
    });
    expect(records[0]?.previousHash).toBe(third?.hash);
    expect(await reader.body(sampleId('old'))).toBeNull();
    expect(await reader.body(sampleId('late'))).not.toBeNull();
  });

  it('has nothing to do the second time, nor where everything is young', async () => {
    const { trail, reader } = await openWithHistory(open);
    await trail.prune(STREAM, LIMIT_MS);
    expect(await trail.prune(STREAM, LIMIT_MS)).toBe(0);
    expect(await trail.prune('urn:offhook:cluster:none', LIMIT_MS)).toBe(0);
    expect(await soundChain(reader, STREAM)).toHaveLength(3);
  });

  it('keeps the end of a chain of which everything is old, so that positions go on', async () => {
    const { trail, reader } = await openWithWriter(open);
    for (const key of ['a', 'b']) await trail.append(await sample(key, { recordedAtMs: NOW - 11 * DAY_MS }));
    expect(await trail.prune(STREAM, LIMIT_MS)).toBe(2);
    await trail.append(await sample('c'));
    expect((await soundChain(reader, STREAM)).map(({ position }) => position)).toEqual([3, 4]);
  });

  it('goes on after a crash before or during the removal, with one record of it', async () => {
    const { trail, writer, chains, reader } = await openWithHistory(open);
    let budget = 0;
    const crashing: ChainStore = {
      ...chains,
      removeUpTo: async (stream, position) => {
        if (budget === 0) throw new Error('killed');
        budget -= 1;
        return chains.removeUpTo(stream, position, 1);
      },
    };
    await expect(writer(crashing).prune(STREAM, LIMIT_MS)).rejects.toThrow('killed');
    expect((await soundChain(reader, STREAM)).map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
    budget = 2;
    await expect(writer(crashing).prune(STREAM, LIMIT_MS)).rejects.toThrow('killed');
    expect((await soundChain(reader, STREAM)).map(({ position }) => position)).toEqual([3, 4, 5, 6]);
    expect(await trail.prune(STREAM, LIMIT_MS)).toBe(1);
    const kinds = (await soundChain(reader, STREAM)).map(({ content }) => parseContent(content).kind);
    expect(kinds).toEqual(['event', 'event', 'retention']);
  });

  it('leaves other streams alone', async () => {
    const { trail, reader } = await openWithHistory(open);
    const other = 'urn:offhook:cluster:other';
    await trail.append(await sample('other', { stream: other, recordedAtMs: NOW - 11 * DAY_MS }));
    await trail.prune(STREAM, LIMIT_MS);
    expect(await soundChain(reader, other)).toHaveLength(1);
  });

  it('refuses a retention that ends in the future', async () => {
    const { trail } = await openWithHistory(open);
    await expect(trail.prune(STREAM, NOW + 1)).rejects.toThrow(RangeError);
  });

  it('forgets that a container runs whose postStart it removed', async () => {
    const { trail, timeline } = await openWithHistory(open);
    await trail.prune(STREAM, LIMIT_MS);
    const running = await timeline.running({}, 100);
    expect(running.map(({ eventId }) => eventId)).not.toContain(sampleId('old'));
  });
}
