import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { adoptPoints } from '../../../watcher/ingest/adopt-points.ts';
import type { JournalledEvent } from '../../../watcher/ingest/lifecycle-journal.ts';
import { createWriter } from '../../../watcher/journal/database/writer.ts';
import { type Journal, openJournal } from '../../../watcher/journal/open-journal.ts';
import { openBeside } from '../../../watcher/journal/operations/open-beside.ts';
import { createReplay } from '../../../watcher/journal/operations/replay-deliveries.ts';
import type { SourceBatch } from '../../../watcher/source/sink/source-batch.ts';
import { buildClaim } from '../../../watcher/standby/build-claim.ts';
import { createConfirmer } from '../../../watcher/standby/confirm-deliveries.ts';
import type { DeliveryClaim } from '../../../watcher/standby/delivery-claim.ts';
import { replicaQueue } from '../../../watcher/standby/replica-queue.ts';
import { trackOrigins } from '../../../watcher/standby/track-origins.ts';
import { createBook } from '../../../watcher/subscriptions/book.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { makeOldestSchema } from '../../support/oldest-schema.ts';
import { newEvent } from '../journal/journal-events.ts';

const clock = createFakeClock();
const SUBSCRIPTIONS = ['bridge'];
const STREAMS = ['pods', 'events'] as const;
const called = (name: string) => ({ name, filter: {} });

/** One replica's journal behind its sink: `tells` stores the events that a batch is said to mean. */
function openReplicaJournal(directory = join(volatileDirectory(), 'journal')) {
  const inner = openJournal({ directory, allowVolatile: true, clock });
  onTestFinished(() => inner.close());
  // As `createIngest` does it.
  inner.commit({ pods: [], events: [], resumePoints: adoptPoints(inner.resumePoints(), STREAMS) });
  const { journal, sink, current } = trackOrigins(inner, STREAMS);
  const book = createBook(SUBSCRIPTIONS.map(called));
  const confirmer = createConfirmer(journal, book, clock);
  let meant: readonly string[] = [];
  let onStored = (_events: readonly JournalledEvent[]) => {};
  const into = sink({
    resumePoint: (stream) => journal.resumePoint(stream)?.resourceVersion ?? null,
    accept(batch) {
      const { stream } = batch;
      const version = 'resourceVersion' in batch ? batch.resourceVersion : null;
      const stored = journal.commit({
        pods: [],
        events: meant.map((told) => {
          const [name = '', changedAt] = told.split('@');
          const fields = { subscriptions: SUBSCRIPTIONS, ...(changedAt !== undefined && { changedAt }) };
          return newEvent(eventId(name), fields);
        }),
        resumePoints: version === null ? [] : [{ stream, resourceVersion: version }],
      });
      onStored(stored);
    },
  });
  return {
    directory,
    journal,
    book,
    /** From here on, this is a leader that comes after one that claimed this. */
    inherits(claim: DeliveryClaim) {
      onStored = (events) => confirmer.stored(claim, events, current());
    },
    /** @param ids `name`, or `name@resourceVersion` of an event whose change is known. */
    tells(batch: SourceBatch, ...ids: string[]) {
      meant = ids;
      into.accept(batch);
    },
    pending: () => pendingOf(journal),
    /** What it delivers while another one leads. */
    own: (ordering: 'none' | 'container' = 'none') =>
      replicaQueue(journal, () => false)
        .due('bridge', { limit: 10_000, ordering })
        .map(({ sequence }) => nameOf(journal.load([sequence]).get(sequence)?.eventId ?? '')),
    confirmer,
    claim: (before: DeliveryClaim | null = null) =>
      buildClaim(journal, { streams: STREAMS, subscriptions: book.names() }, before),
  };
}

const eventId = (name: string) => `evt_${name.padEnd(36, 'a')}`;

function pendingOf(journal: Journal): string[] {
  const { pending } = journal.pendingPage('bridge', null, 10_000);
  return pending.map(({ eventId }) => nameOf(eventId));
}

function nameOf(eventId: string): string {
  return eventId.replace(/^evt_|a+$/g, '');
}

function deliver(journal: Journal, ...names: string[]): void {
  const wanted = names.map(eventId);
  const { pending } = journal.pendingPage('bridge', null, 10_000);
  journal.recordOutcomes(
    pending
      .filter(({ eventId }) => wanted.includes(eventId))
      .map(({ sequence }) => ({
        subscription: 'bridge',
        sequence,
        attempt: 1,
        atMs: 0,
        durationMs: 1,
        status: 200,
        outcome: 'delivered',
        next: { kind: 'delivered' as const },
      })),
  );
}

const changes = (resourceVersion: string): SourceBatch => ({
  stream: 'pods',
  kind: 'changes',
  changes: [],
  resourceVersion,
});
const listed = (resourceVersion: string, why: 'start' | 'expired' | 'resync' = 'start'): SourceBatch => ({
  stream: 'pods',
  kind: 'listed',
  why,
  keys: new Set(),
  resourceVersion,
});
const notices = (resourceVersion: string, isListed = false): SourceBatch => ({
  stream: 'events',
  kind: 'notices',
  notices: [],
  listed: isListed,
  resourceVersion,
});
const page: SourceBatch = { stream: 'pods', kind: 'page', why: 'expired', pods: [] };
const resync: SourceBatch = { ...page, why: 'resync' };

/** A replica that follows Pods from 100 and Events from 50. */
function following(directory?: string) {
  const replica = openReplicaJournal(directory);
  replica.tells(listed('100'));
  replica.tells(notices('50', true));
  return replica;
}

/** What `offhook journal replay` does, in a process of its own. */
function replay(directory: string, sequence: number): void {
  const { database, file, close } = openBeside(directory, 'write');
  const writer = createWriter(database, file, clock);
  createReplay(database, writer, clock.nowMs).requeue([{ sequence, subscription: 'bridge' }]);
  close();
}

describe('handing over from one journal to another', () => {
  test('is of the subscriptions that there are: one that went is left as it is, and goes on when it comes again', () => {
    const leader = following();
    const standby = following();
    for (const replica of [leader, standby]) replica.tells(changes('101'), 'c', 'b');
    deliver(leader.journal, 'c');
    standby.book.replace([]);
    for (const confirm of [standby.confirmer.some, standby.confirmer.all]) confirm(leader.claim());
    expect(standby.pending()).toEqual(['c', 'b']);
    expect(standby.claim().queues.size).toBe(0);

    standby.book.replace([called('another'), called('bridge')]);
    standby.confirmer.some(leader.claim());
    expect(standby.pending()).toEqual(['b']);
    expect([...standby.claim().queues.keys()]).toEqual(['another', 'bridge']);
  });

  test('leaves pending what the leader has not delivered, whatever the order in the two journals', () => {
    const leader = following();
    leader.tells(changes('101'), 'b', 'c');
    leader.tells(changes('103'), 'd', 'e');
    leader.tells(notices('51'), 'f');
    deliver(leader.journal, 'b', 'd', 'e', 'f');

    const standby = openReplicaJournal();
    standby.tells(listed('90'));
    standby.tells(notices('50', true));
    standby.tells(changes('95'), 'z');
    standby.tells(changes('100'));
    standby.tells(notices('51'), 'f');
    standby.tells(changes('101'), 'c', 'b');
    standby.tells(changes('102'), 'd');
    standby.tells(changes('104'), 'e', 'g');
    expect(standby.pending()).toEqual(['z', 'f', 'c', 'b', 'd', 'e', 'g']);
    // 95 lies before the leader's time, and 104 has not been read by it.
    standby.confirmer.all(leader.claim());
    expect(standby.pending()).toEqual(['z', 'c', 'e', 'g']);

    leader.tells(changes('105'), 'g');
    standby.confirmer.all(leader.claim());
    expect(standby.pending()).toEqual(['z', 'c', 'g']);
    deliver(leader.journal, 'c', 'g');
    standby.confirmer.all(leader.claim());
    expect(standby.pending()).toEqual(['z']);
  });

  test('knows of each event how far the leader has to have read, also where a batch goes on after that', () => {
    const leader = following();
    leader.tells(changes('101'), 'b@101');
    leader.tells(changes('102'), 'c@102');
    deliver(leader.journal, 'b', 'c');
    const told = ['b@101', 'c@102', 'd@103', 'e@103'];
    const late = openReplicaJournal();
    late.tells(listed('100'));
    late.tells(changes('103'), ...told);
    late.confirmer.all(leader.claim());
    expect(late.pending()).toEqual(['d', 'e']);

    const successor = openReplicaJournal();
    successor.tells(listed('100'));
    successor.inherits(leader.claim());
    successor.tells(changes('103'), ...told);
    expect(successor.pending()).toEqual(['d', 'e']);
  });

  test('trusts no leader about a time whose history it has not seen', () => {
    const [leader, standby] = [following(), following()];
    standby.tells(changes('150'), 'missed');
    standby.tells(changes('199'), 'told');
    leader.tells(page, 'told');
    leader.tells(listed('200', 'expired'), 'gone');
    deliver(leader.journal, 'told', 'gone');
    leader.tells(changes('210'));
    standby.confirmer.all(leader.claim());
    expect(standby.pending()).toEqual(['missed', 'told']);
    standby.tells(changes('200'));
    standby.tells(changes('201'), 'later');
    // A comparison with a full list is no new beginning.
    leader.tells(listed('220', 'resync'));
    standby.confirmer.all(leader.claim());
    expect(standby.pending()).toEqual(['missed', 'told']);
  });

  test('knows of what a list told between which two changes it lies once the list is complete', () => {
    const [leader, standby] = [following(), following()];
    leader.tells(changes('150'), 'x', 'y');
    deliver(leader.journal, 'x', 'y');
    leader.tells(changes('300'));
    standby.tells(page, 'x');
    standby.confirmer.all(leader.claim());
    expect([standby.pending(), standby.own()]).toEqual([['x'], []]);
    standby.tells(listed('200', 'expired'), 'y');
    standby.tells(resync, 'z');
    standby.confirmer.all(leader.claim());
    expect([standby.pending(), standby.own()]).toEqual([['z'], ['z']]);
  });

  test('goes on after a restart of either', () => {
    const [first, second] = [following(), following()];
    for (const replica of [first, second]) {
      replica.tells(changes('101'), 'b');
      replica.tells(changes('102'), 'c');
    }
    deliver(first.journal, 'c');
    for (const replica of [first, second]) replica.journal.close();
    const leader = openReplicaJournal(first.directory);
    const standby = openReplicaJournal(second.directory);
    expect(standby.pending()).toEqual(['b', 'c']);
    standby.confirmer.all(leader.claim());
    expect(standby.pending()).toEqual(['b']);
  });

  test('a leader that is behind the one before it repeats nothing when it catches up', () => {
    const [before, next] = [following(), following()];
    before.tells(changes('101'), 'b', 'c');
    before.tells(changes('102'), 'd');
    deliver(before.journal, 'b', 'd');
    next.inherits(before.claim());
    next.tells(changes('101'), 'b', 'c');
    next.tells(changes('103'), 'd', 'e');
    expect(next.pending()).toEqual(['c', 'd', 'e']);
  });

  test('a journal from before there was a standby follows from where it stands, and anew after a time without', () => {
    const directory = join(volatileDirectory(), 'journal');
    const alone = openJournal({ directory, allowVolatile: true, clock });
    const at = (resourceVersion: string) => [{ stream: 'pods' as const, resourceVersion }];
    alone.commit({ pods: [], events: [newEvent(eventId('old'))], resumePoints: at('70') });
    alone.close();
    const replica = openReplicaJournal(directory);
    expect(replica.journal.followedSince('pods')).toBe('70');
    expect(replica.journal.followedSince('events')).toBeNull();
    expect(replica.pending()).toEqual(['old']);
    replica.journal.stopFollowing();
    replica.journal.commit({ pods: [], events: [], resumePoints: at('95') });
    replica.journal.close();
    expect(openReplicaJournal(directory).journal.followedSince('pods')).toBe('95');
  });
});

describe('what the leader cannot know of', () => {
  /** An old journal, and a leader whose own one begins at 200. */
  function oldAndNew() {
    const [old, leader] = [following(), openReplicaJournal()];
    old.tells(changes('150'), 'b', 'c');
    leader.tells(listed('200'));
    leader.tells(notices('60', true));
    return { old, leader };
  }

  test('is delivered while that one leads, and nothing else is', () => {
    const { old, leader } = oldAndNew();
    old.tells(notices('59'), 'd');
    old.tells(page, 'e');
    // The leader's list lies in the middle of this batch: of the first the leader has seen only what came of it.
    old.tells(changes('205'), 'f@200', 'g@201', 'h');
    for (const batch of [changes('205'), notices('61')]) leader.tells(batch, 'g', 'h');
    old.tells(notices('60'));
    old.tells(notices('62'), 'i');
    expect(old.own()).toEqual([]);
    expect(old.confirmer.some(leader.claim())).toBe(6);
    expect(old.own()).toEqual(['b', 'c', 'd', 'e', 'f', 'h']);
    expect(old.confirmer.some(leader.claim())).toBe(0);
    const behind = replicaQueue(old.journal, () => false);
    const loaded = Array.from(
      { length: 8 },
      (_, index) => behind.load([index + 1]).get(index + 1)?.eventId ?? '',
    );
    expect(loaded.map(nameOf)).toEqual(['b', 'c', 'd', 'e', 'f', '', 'h', '']);
    expect(leader.own()).toEqual([]);
  });

  test('is so of a journal from a time without a standby, and after a restart', () => {
    const directory = join(volatileDirectory(), 'journal');
    const alone = openJournal({ directory, allowVolatile: true, clock });
    const at = (resourceVersion: string) => [{ stream: 'pods' as const, resourceVersion }];
    alone.commit({
      pods: [],
      events: [newEvent(eventId('old'), { subscriptions: SUBSCRIPTIONS })],
      resumePoints: at('170'),
    });
    alone.close();
    const { leader } = oldAndNew();
    const first = openReplicaJournal(directory);
    first.confirmer.some(leader.claim());
    first.journal.close();
    expect(openReplicaJournal(directory).own()).toEqual(['old']);
  });

  test('is tried again when its time has come, and given up as anything else', () => {
    const { old, leader } = oldAndNew();
    old.confirmer.some(leader.claim());
    const record = { subscription: 'bridge', sequence: 1, attempt: 1, atMs: 0, durationMs: 1, status: 503 };
    const next = { kind: 'retry', delayMs: 5_000 } as const;
    old.journal.recordOutcomes([{ ...record, outcome: 'http 503', next }]);
    expect(old.own()).toEqual(['c']);
    const queue = replicaQueue(old.journal, () => false);
    expect(queue.nextDueInMs('bridge')).toBeCloseTo(5_000, -1);
    const dead = { kind: 'dead' } as const;
    old.journal.recordOutcomes([{ ...record, outcome: 'given up', next: dead }]);
    expect(queue.nextDueInMs('bridge')).toBeNull();
  });

  test('is left to a leader that knows of it after all', () => {
    const { old, leader } = oldAndNew();
    old.confirmer.some(leader.claim());
    expect(old.own()).toEqual(['b', 'c']);
    const longer = following();
    longer.tells(changes('150'), 'b', 'c');
    deliver(longer.journal, 'b');
    expect(old.confirmer.some(longer.claim())).toBe(0);
    expect([old.pending(), old.own()]).toEqual([['c'], []]);
  });

  test('waits for what comes before it in its container, whoever delivers that', () => {
    const [leader, standby] = [following(), following()];
    const sameContainer = (name: string) =>
      standby.journal.commit({
        pods: [],
        events: [newEvent(eventId(name), { subscriptions: SUBSCRIPTIONS, partitionKey: 'one' })],
        resumePoints: [],
        ...(name === 'b' && { origin: { stream: 'pods', after: '100', upTo: '101' } }),
      });
    for (const name of ['b', 'c']) sameContainer(name);
    leader.tells(changes('101'), 'b');
    standby.confirmer.some(leader.claim());
    expect([standby.own('none'), standby.own('container')]).toEqual([['c'], []]);
    deliver(leader.journal, 'b');
    standby.confirmer.all(leader.claim());
    expect(standby.own('container')).toEqual(['c']);
  });

  test('is what somebody asked for here, too: a replay is not settled by what the leader once delivered', () => {
    const [leader, standby] = [following(), following()];
    for (const { journal, tells } of [leader, standby]) {
      tells(changes('101'), 'b', 'c');
      deliver(journal, 'b', 'c');
    }
    replay(standby.directory, 1);
    for (const confirm of [standby.confirmer.some, standby.confirmer.all]) confirm(leader.claim());
    expect(standby.own()).toEqual(['b']);
  });
});

test('a journal that a watcher of the first version holds is replayed beside it', () => {
  const first = following();
  first.tells(changes('101'), 'b');
  deliver(first.journal, 'b');
  const database = new DatabaseSync(join(first.directory, 'journal.db'));
  makeOldestSchema(database);
  database.close();
  replay(first.directory, 1);
  first.journal.close();
  expect(openReplicaJournal(first.directory).pending()).toEqual(['b']);
});

test('a journal from before origins were kept is taken up, and its events stay', () => {
  const first = following();
  first.tells(changes('101'), 'b');
  first.journal.close();
  const database = new DatabaseSync(join(first.directory, 'journal.db'));
  makeOldestSchema(database);
  database.close();
  const again = openReplicaJournal(first.directory);
  const leader = following();
  leader.tells(changes('103'));
  again.tells(changes('102'), 'c');
  again.confirmer.all(leader.claim());
  expect(again.pending()).toEqual(['b']);
});

describe('what has to stay small', () => {
  test('the standby looks at a part of a long queue at a time, and comes to its end', () => {
    const [leader, standby] = [following(), following()];
    const names = Array.from({ length: 1_200 }, (_, n) => `n${n}x`);
    standby.tells(page, 'orphan');
    standby.tells(changes('101'), ...names);
    leader.tells(changes('101'));
    const claim = leader.claim();
    standby.confirmer.some(claim);
    expect(standby.pending()).toHaveLength(702);
    standby.confirmer.some(claim);
    standby.confirmer.some(claim);
    expect(standby.pending()).toEqual(['orphan']);
  });

  test('a leader does not look through a queue without end, and says again what it said', () => {
    const leader = following();
    leader.tells(changes('101'), 'b');
    const said = leader.claim();
    leader.tells(changes('102'), ...Array.from({ length: 20_000 }, (_, n) => `n${n}x`));
    expect(leader.journal.oldestPending('bridge', 10)).toBeNull();
    const claim = leader.claim(said);
    expect(claim.upTo.get('pods')).toBe('102');
    expect(claim.queues.get('bridge')).toEqual({
      upTo: new Map([
        ['pods', '101'],
        ['events', '50'],
      ]),
      except: said.queues.get('bridge')?.except,
    });
  });

  test('origins go with their events', () => {
    const replica = following();
    replica.tells(changes('101'), 'b');
    replica.tells(changes('102'), 'c');
    deliver(replica.journal, 'b');
    const database = new DatabaseSync(join(replica.directory, 'journal.db'));
    const origins = () => database.prepare('SELECT count(*) AS n FROM origin').get()?.n;
    replica.journal.forgetOrigins();
    expect(origins()).toBe(2);
    database.exec('DELETE FROM event WHERE sequence = 1');
    replica.journal.forgetOrigins();
    expect(origins()).toBe(1);
    database.close();
  });
});
