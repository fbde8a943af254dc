import { describe, expect, it } from 'vitest';
import type { AuditWriter } from '../../../../functions/audit/audit-trail.ts';
import { createDynamoDbAuditStore } from '../../../../functions/platforms/aws/audit/dynamodb-audit-store.ts';
import { createLeapingClock } from '../../../support/leaping-clock.ts';
import { NOW, openWithWriter } from '../../audit/store/opened-store.ts';
import { entryOf, runOf, STREAM, sample } from '../../audit/store/sample-records.ts';
import { postStart, postStop, sampleId } from '../../support/sample-events.ts';
import type { TroubleScript } from './support/aws-server.ts';
import { AwsError } from './support/aws-server.ts';
import { cancelled } from './support/fake-dynamodb.ts';
import { startDynamoDb } from './support/start-dynamodb.ts';

const DAY_MS = 86_400_000;
const TRANSACT = 'DynamoDB_20120810.TransactWriteItems';

/** A store whose waits are counted and take no time. */
async function open() {
  const fake = await startDynamoDb();
  const waits: number[] = [];
  const clock = createLeapingClock((ms) => void waits.push(ms));
  const opened = await openWithWriter(async () => ({
    ...createDynamoDbAuditStore(fake.client, 'audit', { clock }),
    close: fake.close,
  }));
  return { ...opened, fake, waits };
}

/** That trouble for the first so many calls of an operation, turns at a chain left out. */
function firstCalls(
  target: string,
  count: number,
  trouble: AwsError | 'hang' | 'reset' | 'lostAnswer',
): TroubleScript {
  let left = count;
  return (called, { TransactItems }) => {
    const takesTurn = Array.isArray(TransactItems) && TransactItems.length === 1;
    if (called !== target || takesTurn || left === 0) return undefined;
    left -= 1;
    return trouble;
  };
}

/** An event on each of sixty days. */
async function appendDays(trail: AuditWriter): Promise<void> {
  const days = Array.from({ length: 60 }, (_, day) => day);
  await Promise.all(
    days.map(async (day) => trail.append(await sample(`day ${day}`, { occurredAtMs: NOW - day * DAY_MS }))),
  );
}

const countOf = (calls: readonly { readonly target: string }[], target: string) =>
  calls.filter((call) => call.target === target).length;

describe('the audit trail in a DynamoDB in trouble', () => {
  it('waits longer and longer while transactions are throttled', async () => {
    const { trail, reader, fake, waits } = await open();
    fake.trouble(firstCalls(TRANSACT, 3, cancelled(['None', 'ThrottlingError'])));
    await trail.append(await sample('a'));
    expect(waits).toEqual([50, 100, 200]);
    expect(await reader.chain(STREAM, { after: 0, limit: 10 })).toHaveLength(1);
  });

  it('gives up on a table that is throttled for good, and says why', async () => {
    const { trail, fake } = await open();
    fake.trouble(firstCalls(TRANSACT, 100, cancelled(['ProvisionedThroughputExceeded', 'None'])));
    await expect(trail.append(await sample('a'))).rejects.toMatchObject({
      cause: { name: 'TransactionCanceledException' },
    });
    // Six, and the one that took the turn.
    expect(countOf(fake.calls, TRANSACT)).toBe(7);
  });

  it('takes another transaction on the same items for a conflict, and decides again', async () => {
    const { trail, reader, fake, waits } = await open();
    fake.trouble(firstCalls(TRANSACT, 2, cancelled(['TransactionConflict', 'None'])));
    await trail.append(await sample('a'));
    expect(waits).toEqual([]);
    expect(await reader.chain(STREAM, { after: 0, limit: 10 })).toHaveLength(1);
  });

  it('records once what it was not told it had recorded', async () => {
    const { trail, reader, fake } = await open();
    fake.trouble(firstCalls(TRANSACT, 1, 'lostAnswer'));
    await expect(trail.append(await sample('a'))).rejects.toThrow('could not be written');
    await trail.append(await sample('a'));
    expect(await reader.chain(STREAM, { after: 0, limit: 10 })).toHaveLength(1);
  });

  it('writes nothing when one of many records cannot be written', async () => {
    const { trail, reader, fake } = await open();
    fake.trouble(firstCalls(TRANSACT, 1, new AwsError('InternalServerError', 'no', { status: 500 })));
    const appended = ['a', 'b', 'c'].map(async (key) => trail.append(await sample(key)));
    expect((await Promise.allSettled(appended)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(await reader.chain(STREAM, { after: 0, limit: 10 })).toEqual([]);
  });

  it('reads the keys of a batch that DynamoDB has left out', async () => {
    const { trail, timeline, fake, waits } = await open();
    await trail.append(await sample('a'));
    const keys = [{ pk: { S: `event#${sampleId('a')}` }, sk: { S: 'event' } }];
    fake.answerOnce('DynamoDB_20120810.BatchGetItem', {
      Responses: { audit: [] },
      UnprocessedKeys: { audit: { Keys: keys, ConsistentRead: true } },
    });
    expect(await timeline.entry(sampleId('a'))).toMatchObject({ eventId: sampleId('a') });
    expect(waits).toEqual([50]);
  });
});

describe('the audit trail in a large DynamoDB', () => {
  it('shows what was written just now, while the indexes do not have it yet', async () => {
    const { trail, timeline, reader, fake } = await open();
    const at = (seconds: number) => ({ occurredAtMs: NOW - 60_000 + seconds * 1_000 });
    for (const [index, key] of ['a', 'b', 'c', 'd'].entries()) {
      if (index === 2) fake.stopIndexes();
      await trail.append(await sample(key, at(index)));
    }
    const window = { fromMs: 0, toMs: NOW, filter: {} };
    const first = await timeline.window(window, 3);
    expect(first.entries.map(({ eventId }) => eventId)).toEqual(['d', 'c', 'b'].map(sampleId));
    const rest = await timeline.window(window, 3, first.next ?? '');
    expect([rest.entries.map(({ eventId }) => eventId), rest.next]).toEqual([[sampleId('a')], null]);
    const { records } = await reader.list({ pod: 'web-1' }, { limit: 10 });
    expect(records.map(({ position }) => position)).toEqual([4, 3, 2, 1]);
  });

  it('comes to the end of a search that finds nothing in many days', async () => {
    const { trail, reader, fake } = await open();
    await appendDays(trail);
    const callsBefore = fake.calls.length;
    let pages = 0;
    let found = 0;
    let after: string | undefined;
    do {
      const page = await reader.list({ namespace: 'shop', exitCode: 137 }, { limit: 10, after });
      pages += 1;
      found += page.records.length;
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect([pages, found]).toEqual([3, 0]);
    expect(fake.calls.length - callsBefore).toBeLessThan(80);
  });

  it('keeps gaps in their place among what a long search finds, each once', async () => {
    const { trail, timeline } = await open();
    await appendDays(trail);
    const podless = { hook: 'gap', namespace: null, pod: null, podUid: null, container: null };
    const atDay = (day: number) => NOW - day * DAY_MS + 1;
    await trail.append(await sample('old gap', { ...podless, occurredAtMs: atDay(55) }));
    await trail.append(await sample('old', { namespace: 'data', occurredAtMs: atDay(40) }));
    // So many newer records that the ends of the chain do not show the old ones.
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => trail.append(await sample(`filler ${index}`))),
    );
    const window = { fromMs: 0, toMs: NOW + 1, filter: { namespace: 'data' } };
    const found: string[] = [];
    let after: string | undefined;
    do {
      const part = await timeline.window(window, 10, after);
      found.push(...part.entries.map(({ eventId }) => eventId));
      after = part.next ?? undefined;
    } while (after !== undefined);
    expect(found).toEqual(['old', 'old gap'].map(sampleId));
  });

  it('finds the gaps for one Pod without a search through all days', async () => {
    const { trail, timeline, fake } = await open();
    await appendDays(trail);
    const callsBefore = fake.calls.length;
    const window = { fromMs: 0, toMs: NOW + 1, filter: { pod: 'other' } };
    expect(await timeline.window(window, 10)).toEqual({ entries: [], next: null });
    expect(fake.calls.length - callsBefore).toBeLessThan(10);
  });

  it('comes to the end of many days of which the retention has left nothing', async () => {
    const { trail, reader } = await open();
    await appendDays(trail);
    await trail.prune(STREAM, NOW);
    let after: string | undefined;
    for (let page = 1; page <= 3; page += 1) {
      const { records, next } = await reader.list({ hook: 'postStart' }, { limit: 10, after });
      expect([page, records, next === null]).toEqual([page, [], page === 3]);
      after = next ?? undefined;
    }
  });

  it('pages through more than a megabyte in one partition', async () => {
    const { trail, reader } = await open();
    const reason = 'x'.repeat(20_000);
    const keys = Array.from({ length: 80 }, (_, index) => `large ${index}`);
    await Promise.all(keys.map(async (key) => trail.append(await sample(key, { reason }))));
    expect(await reader.chain(STREAM, { after: 0, limit: 1_000 })).toHaveLength(80);
    const { records, next } = await reader.list({ hook: 'postStart' }, { limit: 100 });
    expect([records.length, next]).toEqual([80, null]);
    expect(await trail.prune(STREAM, NOW)).toBe(80);
  });

  it('refuses a record that follows another one than the last, though its position is free', async () => {
    const { trail, chains, reader } = await open();
    await trail.append(await sample('a'));
    const [first] = await reader.chain(STREAM, { after: 0, limit: 1 });
    const next = {
      stream: STREAM,
      position: 2,
      hash: 'e'.repeat(64),
      recordId: 'b',
      content: '{"kind":"run"}',
    };
    expect(await chains.append([{ ...next, previousHash: 'f'.repeat(64) }])).toBe('conflict');
    expect(await chains.append([{ ...next, previousHash: first?.hash ?? '' }])).toBe('appended');
  });

  it('takes 25 containers that start at once in one transaction', async () => {
    const { trail, timeline, fake } = await open();
    const starts = Array.from({ length: 26 }, (_, index) =>
      entryOf(postStart({ key: `${index}` }), { podUid: `uid-${index}` }),
    );
    await Promise.all(starts.map(async (entry) => trail.append(await entry)));
    const actions = fake.calls
      .filter(({ target }) => target === TRANSACT)
      .map(({ request }) => (request.TransactItems as unknown[]).length);
    expect(Math.max(...actions)).toBe(100);
    expect(await timeline.running({}, 100)).toHaveLength(26);
  });

  it('leaves nothing behind of what the retention has removed', async () => {
    const { trail, fake } = await open();
    const kept = (prefix: string) =>
      [...(fake.tables.get('audit')?.keys() ?? [])].filter((key) => key.startsWith(prefix)).length;
    for (const entry of [
      await entryOf(postStart({ key: 'ends' }), { podUid: 'uid-1' }),
      await entryOf(postStop({ key: 'ended' }, 0, null), { podUid: 'uid-1' }),
      await entryOf(postStart({ key: 'goes on' }), { podUid: 'uid-2' }),
    ]) {
      await trail.append(entry);
    }
    await trail.recordRun(runOf('ends'));
    expect(['chain#', 'event#', 'ended#', 'open'].map(kept)).toEqual([4, 3, 2, 1]);
    await trail.prune(STREAM, NOW);
    expect(['chain#', 'event#', 'ended#', 'open'].map(kept)).toEqual([1, 0, 0, 0]);
  });

  it('keeps the runs of an event that the retention has removed out of sight, and the chain whole', async () => {
    const { trail, timeline, reader } = await open();
    await trail.append(await sample('old', { recordedAtMs: NOW - 11 * DAY_MS }));
    await trail.append(await sample('young'));
    await trail.recordRun(runOf('old'));
    expect(await trail.prune(STREAM, NOW - 10 * DAY_MS)).toBe(1);
    expect(await timeline.entry(sampleId('old'))).toBeNull();
    expect(await reader.body(sampleId('old'))).toBeNull();
    const { records } = await reader.list({ eventId: sampleId('old') }, { limit: 10 });
    expect(records.map(({ position }) => position)).toEqual([3]);
  });
});

describe('writers of one chain in a DynamoDB', () => {
  it('take turns: the next one begins when the one before has written', async () => {
    const { chains, trail, fake } = await open();
    const other = createDynamoDbAuditStore(fake.client, 'audit', {
      // The one before takes its time.
      clock: createLeapingClock(async () => {
        waits += 1;
        if (waits === 3) await trail.append(await sample('a'));
      }),
    });
    let waits = 0;
    await chains.end(STREAM, ['somebody']);
    const { head } = await other.chains.end(STREAM, [sampleId('b')]);
    expect([waits, head.position]).toEqual([3, 1]);
  });

  it('do not wait for more than a second for one that has died', async () => {
    const { chains, fake } = await open();
    await chains.end(STREAM, ['somebody']);
    const clock = createLeapingClock();
    const other = createDynamoDbAuditStore(fake.client, 'audit', { clock });
    await other.chains.end(STREAM, [sampleId('b')]);
    expect(clock.leaptMs()).toBeGreaterThan(500);
    expect(clock.leaptMs()).toBeLessThan(1_100);
  });

  it('go on without their turn when they wait for too long', async () => {
    const { fake } = await open();
    const takeTurn = () => {
      const taken = { pk: { S: `turn#${STREAM}` }, sk: { S: 'turn' }, version: { N: '7' } };
      const untilMs = { N: String(clock.nowMs() + 1_000) };
      fake.tables.get('audit')?.set(`turn#${STREAM}\0turn`, { ...taken, untilMs });
    };
    const clock = createLeapingClock(takeTurn);
    takeTurn();
    const { chains } = createDynamoDbAuditStore(fake.client, 'audit', { clock });
    const { head } = await chains.end(STREAM, [sampleId('b')]);
    expect([head.position, clock.leaptMs() > 6_000]).toEqual([0, true]);
  });

  it('do not take a turn to find that there is nothing to write', async () => {
    const { trail, fake } = await open();
    await trail.append(await sample('a'));
    fake.tables.get('audit')?.delete(`turn#${STREAM}\0turn`);
    await trail.append(await sample('a'));
    expect(fake.tables.get('audit')?.has(`turn#${STREAM}\0turn`)).toBe(false);
  });
});
