import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { JournalledEvent } from '../../../watcher/ingest/lifecycle-journal.ts';
import { type Journal, openJournal } from '../../../watcher/journal/open-journal.ts';
import type { SourceBatch } from '../../../watcher/source/sink/source-batch.ts';
import { buildClaim } from '../../../watcher/standby/build-claim.ts';
import { createConfirmer } from '../../../watcher/standby/confirm-deliveries.ts';
import type { DeliveryClaim } from '../../../watcher/standby/delivery-claim.ts';
import { trackOrigins } from '../../../watcher/standby/track-origins.ts';
import { createBook } from '../../../watcher/subscriptions/book.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { newEvent } from '../journal/journal-events.ts';

const clock = createFakeClock();
const SUBSCRIPTIONS = ['bridge'];
const called = (name: string) => ({ name, filter: {} });

/** One replica's journal behind its sink: `tells` stores the events that a batch is said to mean. */
function openReplicaJournal(directory = join(volatileDirectory(), 'journal')) {
  const inner = openJournal({ directory, allowVolatile: true, clock });
  onTestFinished(() => inner.close());
  const { journal, sink, current } = trackOrigins(inner);
  const book = createBook(SUBSCRIPTIONS.map(called));
  const confirmer = createConfirmer(journal, book, clock);
  let meant: readonly string[] = [];
  let onStored = (_events: readonly JournalledEvent[]) => {};
  const into = sink({
    resumePoint: (stream) => journal.resumePoint(stream)?.resourceVersion ?? null,
    accept(batch) {
      const stream = batch.kind === 'notices' ? ('events' as const) : ('pods' as const);
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
    confirmer,
    claim: (before: DeliveryClaim | null = null) => buildClaim(journal, book.names(), before),
  };
}

const eventId = (name: string) => `evt_${name.padEnd(36, 'a')}`;

function pendingOf(journal: Journal): string[] {
  const { pending } = journal.pendingPage('bridge', null, 10_000);
  return pending.map(({ eventId }) => eventId.replace(/^evt_|a+$/g, ''));
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

const changes = (resourceVersion: string): SourceBatch => ({ kind: 'changes', changes: [], resourceVersion });
const listed = (resourceVersion: string, why: 'start' | 'expired' | 'resync' = 'start'): SourceBatch => ({
  kind: 'listed',
  why,
  keys: new Set(),
  resourceVersion,
});
const notices = (resourceVersion: string, isListed = false): SourceBatch => ({
  kind: 'notices',
  notices: [],
  listed: isListed,
  resourceVersion,
});
const page: SourceBatch = { kind: 'page', why: 'expired', pods: [] };

/** A replica that follows Pods from 100 and Events from 50. */
function following(directory?: string) {
  const replica = openReplicaJournal(directory);
  replica.tells(listed('100'));
  replica.tells(notices('50', true));
  return replica;
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

  test('keeps what a list told, because nobody knows from when it is', () => {
    const [leader, standby] = [following(), following()];
    leader.tells(changes('150'), 'x', 'y');
    deliver(leader.journal, 'x', 'y');
    leader.tells(changes('300'));
    standby.tells(page, 'x');
    standby.tells(listed('200', 'expired'), 'y');
    standby.confirmer.all(leader.claim());
    expect(standby.pending()).toEqual(['x']);
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

test('a journal from before origins were kept is taken up, and its events stay', () => {
  const first = following();
  first.tells(changes('101'), 'b');
  first.journal.close();
  const database = new DatabaseSync(join(first.directory, 'journal.db'));
  database.exec('DROP TABLE origin; PRAGMA user_version = 1');
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
    expect(claim.upTo.pods).toBe('102');
    expect(claim.queues.get('bridge')).toEqual({
      upTo: { pods: '101', events: '50' },
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
