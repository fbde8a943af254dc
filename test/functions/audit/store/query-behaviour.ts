import { expect, it } from 'vitest';
import type { AuditFilter } from '../../../../functions/audit/audit-reader.ts';
import { parseContent } from '../../../../functions/audit/parse-content.ts';
import type { StoredRecord } from '../../../../functions/audit/stored-record.ts';
import { postStart, postStop, preStop, sampleId } from '../../support/sample-events.ts';
import { NOW, type OpenAuditStore, openWithWriter } from './opened-store.ts';
import { entryOf, runOf, STREAM, sample } from './sample-records.ts';

const at = (seconds: number) => NOW - 60_000 + seconds * 1_000;

const EVENTS = {
  start: postStart({ key: 'start', pod: 'web-1', timeMs: at(1) }),
  stop: preStop({ key: 'stop', pod: 'web-1', container: 'proxy', timeMs: at(2) }),
  crash: postStop({ key: 'crash', pod: 'web-2', timeMs: at(3) }, 3, 'Error'),
  oom: postStop({ key: 'oom', pod: 'db-0', namespace: 'data', timeMs: at(4) }, 137, 'OOMKilled'),
  lost: postStop({ key: 'lost', pod: 'web-3', timeMs: at(5) }, null, null),
  done: postStop({ key: 'done', pod: 'web-4', timeMs: at(6) }, 0, 'Completed'),
};

/** `start web-1`, `stop web-1`: newest first, that is how they are asked for. */
async function openWithRecords(open: OpenAuditStore) {
  const opened = await openWithWriter(open);
  const { trail } = opened;
  for (const [key, event] of Object.entries(EVENTS))
    await trail.append(await entryOf(event, key === 'lost' ? { cluster: 'edge' } : {}));
  await trail.recordRun(runOf('oom', { startedAtMs: at(7), finishedAtMs: at(8) }));
  const failed = {
    attempt: 1,
    outcome: 'failed',
    error: 'no',
    startedAtMs: at(9),
    finishedAtMs: at(9),
  } as const;
  await trail.recordRun(runOf('crash', { ...failed, handler: 'notify' }));
  return opened;
}

const NAMES = new Map(Object.entries(EVENTS).map(([key, { id }]) => [id, key]));

/** `crash`, or `crash/notify` for a run. */
function nameOf({ content }: StoredRecord): string {
  const parsed = parseContent(content);
  if (parsed.kind === 'retention') return 'retention';
  const name = NAMES.get(parsed.eventId) ?? parsed.eventId;
  return parsed.kind === 'event' ? name : `${name}/${parsed.handler}`;
}

const ALL = ['crash/notify', 'oom/cleanup', 'done', 'lost', 'oom', 'crash', 'stop', 'start'];

const QUESTIONS: readonly [AuditFilter, readonly string[]][] = [
  [{}, ALL],
  [{ fromMs: at(5) }, ['crash/notify', 'oom/cleanup', 'done', 'lost']],
  [{ toMs: at(2) }, ['start']],
  [{ fromMs: at(2), toMs: at(4) }, ['crash', 'stop']],
  [{ cluster: 'edge' }, ['lost']],
  [{ namespace: 'data' }, ['oom']],
  [{ pod: 'web-1' }, ['stop', 'start']],
  [{ podUid: 'uid-web-1' }, ['stop', 'start']],
  [{ container: 'proxy' }, ['stop']],
  [{ hook: 'postStart' }, ['start']],
  [{ exitCode: 137 }, ['oom']],
  [{ exitCode: 0 }, ['done']],
  [{ outcome: 'completed' }, ['done']],
  [{ outcome: 'error' }, ['crash']],
  [{ outcome: 'oomKilled' }, ['oom']],
  [{ outcome: 'unknown' }, ['lost']],
  [{ handler: 'notify' }, ['crash/notify']],
  [{ handlerOutcome: 'completed' }, ['oom/cleanup']],
  [{ handlerOutcome: 'failed' }, ['crash/notify']],
  [{ eventId: EVENTS.oom.id }, ['oom/cleanup', 'oom']],
  [{ eventId: EVENTS.oom.id, hook: 'postStop' }, ['oom']],
  [{ namespace: 'shop', hook: 'postStop', fromMs: at(4) }, ['done', 'lost']],
  [{ pod: 'web-1', container: 'app', namespace: 'shop', cluster: 'prod-eu-1' }, ['start']],
  [{ pod: "web-1' OR 1=1 --" }, []],
  [{ pod: 'web' }, []],
  [{ pod: 'web-1', handler: 'notify' }, []],
];

export function queryBehaviour(open: OpenAuditStore): void {
  it('answers every question, newest first', async () => {
    const { reader } = await openWithRecords(open);
    for (const [filter, names] of QUESTIONS) {
      const { records, next } = await reader.list(filter, { limit: 100 });
      expect([filter, records.map(nameOf), next]).toEqual([filter, names, null]);
    }
  });

  it('answers in pages of any size', async () => {
    const { reader } = await openWithRecords(open);
    for (const [filter, names] of QUESTIONS) {
      for (const limit of [1, 3]) {
        const read: string[] = [];
        let after: string | undefined;
        do {
          const page = await reader.list(filter, { limit, after });
          expect(page.records.length).toBeLessThanOrEqual(limit);
          read.push(...page.records.map(nameOf));
          expect(read.length).toBeLessThanOrEqual(names.length);
          after = page.next ?? undefined;
        } while (after !== undefined);
        expect([filter, limit, read]).toEqual([filter, limit, names]);
      }
    }
  });

  it('pages without loss or repetition while records of all times are added', async () => {
    const { trail, reader } = await openWithWriter(open);
    // Whole seconds, as Kubernetes tells them: many of one moment.
    const keys = Array.from({ length: 20 }, (_, index) => `old ${index}`);
    for (const [index, key] of keys.entries())
      await trail.append(await sample(key, { occurredAtMs: at(index % 3) }));
    const read: string[] = [];
    let after: string | undefined;
    for (let page = 0; page < 100; page += 1) {
      const { records, next } = await reader.list({ hook: 'postStart' }, { limit: 3, after });
      read.push(...records.map(nameOf));
      if (next === null) break;
      after = next;
      for (const second of [-1, 0, 1, 2, 3]) {
        if (page < 6) await trail.append(await sample(`new ${page} ${second}`, { occurredAtMs: at(second) }));
      }
    }
    expect(new Set(read).size).toBe(read.length);
    expect(keys.map(sampleId).filter((id) => !read.includes(id))).toEqual([]);
  });

  it('lists what was removed by retention among the rest', async () => {
    const { trail, reader } = await openWithRecords(open);
    await trail.append(await sample('other', { stream: 'urn:offhook:cluster:other', recordedAtMs: at(0) }));
    await trail.prune('urn:offhook:cluster:other', at(1));
    const [newest] = (await reader.list({}, { limit: 1 })).records;
    expect(newest && nameOf(newest)).toBe('retention');
  });

  it('gives events with what their handlers did below them, in pages of events', async () => {
    const { reader } = await openWithRecords(open);
    const names = ['done', 'lost', 'oom', 'oom/cleanup', 'crash', 'crash/notify', 'stop', 'start'];
    const all = await reader.eventsWithRuns({}, { limit: 100 });
    expect([all.records.map(nameOf), all.next]).toEqual([names, null]);
    expect((await reader.eventsWithRuns({ pod: 'web-2' }, { limit: 9 })).records.map(nameOf)).toEqual([
      'crash',
      'crash/notify',
    ]);
    const read: string[] = [];
    let after: string | undefined;
    do {
      const page = await reader.eventsWithRuns({}, { limit: 2, after });
      read.push(...page.records.map(nameOf));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(read).toEqual(names);
    await expect(reader.eventsWithRuns({}, { limit: 201 })).rejects.toThrow(RangeError);
  });

  it('refuses cursors that it did not give', async () => {
    const { reader } = await openWithRecords(open);
    for (const after of ['', 'x', '1', '-', '1-2-3', "1'--1", '99999999999999999999-1']) {
      await expect(reader.list({}, { limit: 1, after }), after).rejects.toThrow(RangeError);
    }
  });

  it('refuses pages of no, too many or half records', async () => {
    const { reader } = await openWithRecords(open);
    for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) {
      await expect(reader.list({}, { limit })).rejects.toThrow(RangeError);
      await expect(reader.chain(STREAM, { after: 0, limit })).rejects.toThrow(RangeError);
    }
  });
}
