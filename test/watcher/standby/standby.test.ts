import { expect, onTestFinished, test } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { createWatcherLog } from '../../../watcher/ambient/watcher-log.ts';
import { loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import { readClaim, writeClaim } from '../../../watcher/standby/claim-text.ts';
import { createLeaseApi } from '../../../watcher/standby/lease-api.ts';
import { writeLease } from '../../../watcher/standby/lease-record.ts';
import { replicaQueue } from '../../../watcher/standby/replica-queue.ts';
import { createStandby } from '../../../watcher/standby/standby.ts';
import { trackOrigins } from '../../../watcher/standby/track-origins.ts';
import { createBook } from '../../../watcher/subscriptions/book.ts';
import { until } from '../../support/until.ts';
import { newEvent, openTestJournal } from '../journal/journal-events.ts';

const LEASE = { namespace: 'default', name: 'offhook' };

test('a new leader that is behind delivers only what the one before it has not, and publishes that', async () => {
  const local = await createLocalCluster();
  const cluster = await loadCluster({ server: local.url });
  const log = createWatcherLog('silent', { write() {} });
  onTestFinished(async () => {
    await cluster.close();
    await local.close();
  });
  // The leader before: everything up to 200 is settled but one event.
  const except = new Set(['open2345']);
  const before = {
    since: new Map([['pods' as const, '100']]),
    upTo: new Map([['pods' as const, '200']]),
    queues: new Map([['bridge', { except }]]),
  };
  const api = createLeaseApi({ cluster, clock: systemClock, deadlineMs: 10_000 }, LEASE);
  const free = { ...LEASE, holder: '', durationMs: 8_000, nowMs: 0, claim: writeClaim(before) };
  await api.create(writeLease(null, free));

  const inner = openTestJournal({ clock: systemClock, allowVolatile: true });
  inner.commit({ pods: [], events: [], resumePoints: [{ stream: 'pods', resourceVersion: '150' }] });
  const origins = trackOrigins(inner, ['pods']);
  const { journal } = origins;
  let woken = 0;
  const standby = createStandby({
    journal: inner,
    origins,
    cluster,
    streams: ['pods'],
    lease: LEASE,
    durationMs: 8_000,
    identity: 'b',
    book: createBook([{ name: 'bridge', filter: {} }]),
    clock: systemClock,
    log,
  });
  const queue = replicaQueue(inner, standby.leads);
  const due = () =>
    queue
      .due('bridge', { limit: 10, ordering: 'none' })
      .map(({ sequence }) => queue.load([sequence]).get(sequence)?.eventId);
  const read = (resourceVersion: string, ...ids: string[]) =>
    origins
      .sink({
        resumePoint: (stream) => journal.resumePoint(stream)?.resourceVersion ?? null,
        accept: () =>
          standby.onStored(
            journal.commit({
              pods: [],
              events: ids.map((id) => newEvent(id)),
              resumePoints: [{ stream: 'pods', resourceVersion }],
            }),
          ),
      })
      .accept({ stream: 'pods', kind: 'changes', changes: [], resourceVersion });

  read('151', 'evt_early222');
  expect(due()).toEqual([]);
  standby.start(() => {
    woken += 1;
  });
  await until('it leads', standby.leads, 15_000);
  await until('the queues are woken', () => woken === 1);
  read('199', 'evt_told2222', 'evt_open2345');
  read('202', 'evt_later222');
  expect(due()).toEqual(['evt_open2345', 'evt_later222']);

  await standby.stop(Promise.resolve());
  expect(due()).toEqual([]);
  const lease = local.api.lease('default', 'offhook');
  expect(lease?.spec).toMatchObject({ holderIdentity: '', leaseTransitions: 1 });
  expect(readClaim(lease?.metadata.annotations?.['offhook.dev/delivered'] ?? null)).toEqual({
    since: new Map([['pods', '150']]),
    upTo: new Map([['pods', '202']]),
    queues: new Map([['bridge', { except: new Set(['open2345', 'later222']) }]]),
  });
});
