import { expect, it } from 'vitest';
import { verifyChain } from '../../../../functions/audit/verify/verify-chain.ts';
import type { FailureFilter, HandlerFailure } from '../../../../functions/timeline/handler-failures.ts';
import type { HandlerRerun } from '../../../../functions/timeline/rerun-log.ts';
import { postStart, sampleId } from '../../support/sample-events.ts';
import { NOW, type OpenAuditStore, openWithWriter } from './opened-store.ts';
import { entryOf, runOf, STREAM } from './sample-records.ts';

const at = (seconds: number) => NOW - 60_000 + seconds * 1_000;

const WHERE = {
  left: { pod: 'web-1', namespace: 'shop' },
  asked: { pod: 'web-1', namespace: 'shop' },
  retrying: { pod: 'web-2', namespace: 'shop' },
  mended: { pod: 'db-0', namespace: 'data' },
  twice: { pod: 'db-0', namespace: 'data' },
  fine: { pod: 'web-3', namespace: 'shop' },
};

export function askedBy(key: string, change: Partial<HandlerRerun> = {}): HandlerRerun {
  return {
    stream: STREAM,
    eventId: sampleId(key),
    handler: 'cleanup',
    afterAttempt: 1,
    how: 'cloudflareAccess',
    by: 'anna@example.com',
    claimedBy: null,
    recordedAtMs: NOW - 900,
    ...change,
  };
}

/** Events one of whose handlers gave up, a second apart, and what became of it. */
async function openWithFailures(open: OpenAuditStore) {
  const opened = await openWithWriter(open);
  const { trail } = opened;
  for (const [key, where] of Object.entries(WHERE))
    await trail.append(await entryOf(postStart({ key, ...where })));
  const run = (key: string, second: number, change: Parameters<typeof runOf>[1] = {}) =>
    trail.recordRun(
      runOf(key, {
        outcome: 'givenUp',
        error: 'answered 503',
        startedAtMs: at(second),
        finishedAtMs: at(second),
        ...change,
      }),
    );
  await run('left', 1);
  await run('asked', 2);
  await run('retrying', 3);
  await run('mended', 4);
  await run('twice', 5);
  await run('fine', 6, { outcome: 'completed', error: null });
  await run('left', 7, { handler: 'notify' });
  await trail.recordReruns([askedBy('asked')]);
  await run('retrying', 8, { attempt: 2, outcome: 'failed' });
  await run('mended', 9, { attempt: 2, outcome: 'completed', error: null });
  await trail.recordReruns([askedBy('twice')]);
  await run('twice', 10, { attempt: 2, error: 'answered 500' });
  // Nobody has recorded the event itself.
  await run('lost', 11);
  return opened;
}

const NAMES = ['left', 'asked', 'retrying', 'mended', 'twice', 'fine', 'lost'];

function nameOf({ eventId, handler, standing }: HandlerFailure): string {
  const key = NAMES.find((one) => sampleId(one) === eventId) ?? eventId;
  return `${key}/${handler} ${standing}`;
}

const ALL = [
  'lost/cleanup gaveUp',
  'twice/cleanup gaveUp',
  'left/notify gaveUp',
  'mended/cleanup succeeded',
  'retrying/cleanup retrying',
  'asked/cleanup asked',
  'left/cleanup gaveUp',
];
const OPEN = ALL.filter((name) => !name.endsWith('succeeded'));

/** Functions, because ids are known once the events are made. */
const QUESTIONS: readonly [() => FailureFilter, readonly string[]][] = [
  [() => ({}), ALL],
  [() => ({ open: true }), OPEN],
  [() => ({ handler: 'notify' }), ['left/notify gaveUp']],
  [() => ({ handler: 'nobody' }), []],
  [() => ({ pod: 'web-1' }), ['left/notify gaveUp', 'asked/cleanup asked', 'left/cleanup gaveUp']],
  [() => ({ pod: 'db-0', open: true }), ['twice/cleanup gaveUp']],
  [() => ({ namespace: 'data' }), ['twice/cleanup gaveUp', 'mended/cleanup succeeded']],
  [() => ({ cluster: 'elsewhere' }), []],
  [() => ({ fromMs: at(5) }), ['lost/cleanup gaveUp', 'twice/cleanup gaveUp', 'left/notify gaveUp']],
  [() => ({ fromMs: at(2), toMs: at(4) }), ['retrying/cleanup retrying', 'asked/cleanup asked']],
  [() => ({ eventId: sampleId('left') }), ['left/notify gaveUp', 'left/cleanup gaveUp']],
  [() => ({ eventId: sampleId('mended'), open: true }), []],
  [() => ({ eventId: sampleId('fine') }), []],
  [() => ({ eventId: sampleId('nobody') }), []],
];

export function failureBehaviour(open: OpenAuditStore): void {
  it('lists each handler that gave up once, newest first, with what became of it', async () => {
    const { failures } = await openWithFailures(open);
    for (const [filter, names] of QUESTIONS) {
      const page = await failures.list(filter(), { limit: 100 });
      expect([filter(), page.failures.map(nameOf), page.next]).toEqual([filter(), names, null]);
    }
  });

  it('says when, why and where it gave up, and who has asked for it to be run again', async () => {
    const { failures } = await openWithFailures(open);
    const [asked] = (await failures.list({ eventId: sampleId('asked') }, { limit: 10 })).failures;
    expect(asked).toEqual({
      stream: STREAM,
      eventId: sampleId('asked'),
      handler: 'cleanup',
      standing: 'asked',
      attempt: 1,
      error: 'answered 503',
      gaveUpAtMs: at(2),
      lastAttempt: 1,
      rerun: { how: 'cloudflareAccess', by: 'anna@example.com', claimedBy: null, atMs: NOW - 900 },
      event: {
        hook: 'postStart',
        cluster: 'prod-eu-1',
        namespace: 'shop',
        pod: 'web-1',
        container: 'app',
        exitCode: null,
        reason: null,
        occurredAtMs: expect.any(Number),
      },
    });
    const [twice] = (await failures.list({ eventId: sampleId('twice') }, { limit: 10 })).failures;
    expect(twice).toMatchObject({ attempt: 2, error: 'answered 500', rerun: null });
    const [lost] = (await failures.list({ eventId: sampleId('lost') }, { limit: 10 })).failures;
    expect(lost).toMatchObject({ standing: 'gaveUp', event: null });
  });

  it('lists them in pages of any size', async () => {
    const { failures } = await openWithFailures(open);
    for (const [filter, names] of QUESTIONS) {
      for (const limit of [1, 2]) {
        const read: string[] = [];
        let after: string | undefined;
        for (let pages = 0; pages < 30; pages += 1) {
          const page = await failures.list(filter(), { limit, after });
          expect(page.failures.length).toBeLessThanOrEqual(Math.max(limit, 2));
          read.push(...page.failures.map(nameOf));
          after = page.next ?? undefined;
          if (after === undefined) break;
        }
        expect([filter(), limit, read]).toEqual([filter(), limit, names]);
      }
    }
  });

  it('counts a success as one that was recorded behind the end of its successor', async () => {
    const { trail, failures } = await openWithWriter(open);
    await trail.append(await entryOf(postStart({ key: 'late' })));
    await trail.recordRun(runOf('late', { attempt: 2, outcome: 'givenUp', error: 'no' }));
    await trail.recordRun(runOf('late', { attempt: 1, outcome: 'completed' }));
    expect((await failures.list({ open: true }, { limit: 10 })).failures).toEqual([]);
    expect((await failures.list({}, { limit: 10 })).failures).toMatchObject([{ standing: 'succeeded' }]);
  });

  it('refuses cursors that it did not give, and pages of no or too many', async () => {
    const { failures } = await openWithFailures(open);
    for (const after of ['', 'x', '1', "1'--1"])
      await expect(failures.list({}, { limit: 1, after }), after).rejects.toThrow(RangeError);
    for (const limit of [0, 1.5, 201, Number.NaN])
      await expect(failures.list({}, { limit })).rejects.toThrow(RangeError);
  });

  it('keeps a wish for another run in the chain, which verifies with it', async () => {
    const { trail, reader, timeline } = await openWithFailures(open);
    // Told twice, it is one record.
    await trail.recordReruns([askedBy('asked')]);
    await trail.recordReruns([
      askedBy('asked', { how: 'token', by: null, claimedBy: 'ops', recordedAtMs: NOW - 800 }),
    ]);
    const records = await reader.chain(STREAM, { after: 0, limit: 100 });
    async function* chain() {
      for (const record of records) yield { record };
    }
    expect(await verifyChain(STREAM, chain())).toMatchObject({
      kind: 'verified',
      summary: { events: 6, runs: 11, reruns: 3 },
    });
    const entry = await timeline.entry(sampleId('asked'));
    expect(entry?.misfiled).toBeUndefined();
    expect(entry?.runs).toHaveLength(1);
    expect(entry?.reruns).toEqual([
      expect.objectContaining({ by: 'anna@example.com' }),
      expect.objectContaining({ how: 'token', claimedBy: 'ops' }),
    ]);
    const found = await reader.list({ eventId: sampleId('asked') }, { limit: 10 });
    expect(found.records.map(({ content }) => JSON.parse(content).kind).toSorted()).toEqual([
      'event',
      'rerun',
      'rerun',
      'run',
    ]);
    expect(found.records.filter(({ misfiled }) => misfiled !== undefined)).toEqual([]);
  });

  it('is removed by the retention with the rest', async () => {
    const { trail, reader, failures } = await openWithFailures(open);
    await trail.prune(STREAM, NOW);
    expect((await failures.list({}, { limit: 10 })).failures).toEqual([]);
    expect((await reader.list({ handler: 'cleanup' }, { limit: 10 })).records).toEqual([]);
  });
}
