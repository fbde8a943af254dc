import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIngest, type Ingest } from '../../../watcher/ingest/ingest.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { followedBy } from '../../../watcher/run/open-sources.ts';
import type { ListReason } from '../../../watcher/source/sink/source-batch.ts';
import { covers, type PodStream, streamOf } from '../../../watcher/source/sink/stream-name.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { quietSetAside } from '../../support/set-aside.ts';
import { historyOf, podsAt, type ToldChange } from './namespace-history.ts';

/*
 * One journal, and several starts after each other, each with other namespaces (or the whole cluster), which read their
 * streams in any order, in pieces of any size and not to the end. Whatever the order, what is told of a namespace is what
 * one watcher that never stopped would have told of it since its first list.
 */

const NAMESPACES = ['blog', 'pay', 'shop'] as const;
const FIRST_RV = 10;

const steps = fc.array(
  fc.record({
    namespace: fc.constantFrom(...NAMESPACES),
    place: fc.nat(1),
    restarts: fc.boolean(),
  }),
  { minLength: 20, maxLength: 80 },
);
const start = fc.record({
  namespaces: fc.option(fc.subarray([...NAMESPACES], { minLength: 1 }), { nil: undefined }),
  /** Which stream reads how many changes, and whether a comparison follows where it has come to the end. */
  reads: fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 9 }), fc.boolean()), { maxLength: 14 }),
  settles: fc.boolean(),
});
type Start = { namespaces: string[] | undefined; reads: [number, number, boolean][]; settles: boolean };

it('whatever is followed from one start to the next, nothing is lost and nothing is made up', () => {
  fc.assert(
    fc.property(steps, fc.array(start, { minLength: 2, maxLength: 6 }), (given, starts) => {
      const history = historyOf(given, FIRST_RV);
      const truth = toldWithoutStop(history);
      const { told, firstRead, readTo } = follow(history, starts);
      for (const id of told) expect(truth.map((each) => each.id)).toContain(id);
      const owed = truth.filter(({ rv, namespace }) => {
        const [from, to] = [firstRead.get(namespace), readTo.get(namespace)];
        return from !== undefined && to !== undefined && rv > from && rv <= to;
      });
      for (const { id, what } of owed) expect(told, what).toContain(id);
    }),
    { numRuns: 150 },
  );
}, 120_000);

/** What one watcher of everything tells, and by which change. */
function toldWithoutStop(history: readonly ToldChange[]) {
  const told: { id: string; rv: number; namespace: string; what: string }[] = [];
  let now: ToldChange | undefined;
  const watcher = open(join(volatileDirectory(), 'journal'), undefined, (event) => {
    if (now !== undefined)
      told.push({
        ...event,
        rv: now.rv,
        namespace: now.change.pod.namespace,
        what: `${event.what} @${now.rv}`,
      });
  });
  list(watcher.ingest, { stream: 'pods', why: 'start', rv: FIRST_RV - 1 }, history);
  for (now of history) {
    watcher.ingest.accept({
      ...{ stream: 'pods', kind: 'changes', changes: [now.change], resourceVersion: String(now.rv) },
    });
    watcher.ingest.settle();
  }
  watcher.close();
  return told;
}

function follow(history: readonly ToldChange[], starts: readonly Start[]) {
  const directory = join(volatileDirectory(), 'journal');
  const told = new Set<string>();
  const firstRead = new Map<string, number>();
  const readTo = new Map<string, number>();
  starts.forEach(({ namespaces, reads, settles }, index) => {
    // Each start sees more of the history than the one before.
    const head = FIRST_RV + Math.floor((history.length * (index + 1)) / starts.length);
    const { ingest, close } = open(directory, namespaces, ({ id }) => void told.add(id));
    const streams = namespaces?.map((name) => streamOf('pods', name)) ?? (['pods'] as const);
    for (const [which, count, compares] of reads) {
      const stream: PodStream = streams[which % streams.length] ?? 'pods';
      const from = ingest.resumePoint(stream);
      if (from !== null) read(ingest, { stream, from: Number(from), count, head }, history);
      if (from === null || (compares && ingest.resumePoint(stream) === String(head)))
        list(ingest, { stream, why: from === null ? 'start' : 'resync', rv: head }, history);
      for (const namespace of NAMESPACES.filter((each) => covers(stream, each)))
        if (!firstRead.has(namespace)) firstRead.set(namespace, from === null ? head : Number(from));
    }
    if (settles) ingest.settle();
    close();
    const stored = open(directory, namespaces, () => {});
    for (const stream of streams)
      for (const namespace of NAMESPACES.filter((each) => covers(stream, each))) {
        const at = Number(stored.ingest.resumePoint(stream) ?? 0);
        readTo.set(namespace, Math.max(at, readTo.get(namespace) ?? 0));
      }
    stored.close();
  });
  return { told, firstRead, readTo };
}

/** Reads some changes after where the stream stands, and a bookmark when there are no more. */
function read(
  ingest: Ingest,
  { stream, from, count, head }: { stream: PodStream; from: number; count: number; head: number },
  history: readonly ToldChange[],
): void {
  const next = history
    .filter(({ rv, change }) => rv > from && rv <= head && covers(stream, change.pod.namespace))
    .slice(0, count);
  const resourceVersion = String(next.length < count ? Math.max(head, from) : (next.at(-1)?.rv ?? from));
  ingest.accept({ stream, kind: 'changes', changes: next.map(({ change }) => change), resourceVersion });
}

function list(
  ingest: Ingest,
  { stream, why, rv }: { stream: PodStream; why: ListReason; rv: number },
  history: readonly ToldChange[],
): void {
  const pods = podsAt(history, rv).filter(({ namespace }) => covers(stream, namespace));
  ingest.accept({ stream, kind: 'page', why, pods });
  ingest.accept({
    ...{
      stream,
      kind: 'listed',
      why,
      keys: new Set(pods.map(({ key }) => key)),
      resourceVersion: String(rv),
    },
  });
}

function open(
  directory: string,
  namespaces: readonly string[] | undefined,
  onEvent: (event: { readonly id: string; readonly what: string }) => void,
) {
  const clock = createFakeClock();
  const journal = openJournal({ directory, allowVolatile: true, clock });
  const watch = { kubeletEvents: false, resyncIntervalMs: 1, replayExisting: false };
  const ingest = createIngest({
    journal,
    streams: namespaces?.map((name) => streamOf('pods', name)) ?? ['pods'],
    cluster: { name: 'test', uid: 'cluster-uid' },
    clock,
    matching: () => [],
    onStored(events) {
      for (const { event } of events)
        onEvent({ id: event.id, what: `${event.hook} ${event.partitionKey.split('/')[0]}` });
    },
    follows: followedBy({ ...watch, ...(namespaces && { namespaces }) }),
    setAside: quietSetAside(),
    replayExisting: false,
  });
  return { ingest, close: () => journal.close() };
}
