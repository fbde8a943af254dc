import type { SubscriptionFilter } from '../../protocol/event/subscription-filter.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { createIngest } from '../../watcher/ingest/ingest.ts';
import { openJournal } from '../../watcher/journal/open-journal.ts';
import { createPodSource } from '../../watcher/source/pod-source.ts';
import { createSetAside } from '../../watcher/source/sink/set-aside.ts';
import type { BatchSink } from '../../watcher/source/sink/source-batch.ts';
import { createBook } from '../../watcher/subscriptions/book.ts';
import { createMatching } from '../../watcher/subscriptions/matching.ts';
import type { WatchBytes } from '../pods/watch-bytes.ts';
import { replayedCluster } from './replayed-cluster.ts';
import { CLUSTER, quietLog } from './row-context.ts';

export type IngestRun = { readonly ms: number; readonly stored: number };

/** The watcher's own way from watch bytes to a durable journal; timed from the first change to the last one kept. */
export async function runIngest(
  watch: WatchBytes,
  directory: string,
  subscriptions: readonly { readonly name: string; readonly filter: SubscriptionFilter }[],
): Promise<IngestRun> {
  const journal = openJournal({ directory, allowVolatile: false, clock: systemClock });
  let stored = 0;
  const setAside = createSetAside({ log: quietLog, clock: systemClock });
  const ingest = createIngest({
    journal,
    cluster: CLUSTER,
    clock: systemClock,
    matching: createMatching(createBook(subscriptions)),
    onStored: (events) => {
      stored += events.length;
    },
    streams: ['pods', 'events'],
    follows: () => true,
    setAside,
    replayExisting: false,
  });
  const listed = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const sink: BatchSink = {
    resumePoint: ingest.resumePoint,
    accept(batch) {
      ingest.accept(batch);
      if (batch.kind === 'listed') listed.resolve();
      if (batch.kind === 'changes' && batch.resourceVersion === watch.resourceVersion) done.resolve();
    },
  };
  const cluster = replayedCluster(watch);
  const source = createPodSource({
    cluster,
    sink,
    clock: systemClock,
    random: Math.random,
    log: quietLog,
    setAside,
    resyncIntervalMs: 3_600_000,
  });
  const running = source.start();
  await listed.promise;
  const startMs = performance.now();
  cluster.release();
  await done.promise;
  ingest.settle();
  await new Promise<void>((resolve) => journal.whenDurable(resolve));
  const ms = performance.now() - startMs;
  await source.stop();
  await running;
  journal.close();
  return { ms, stored };
}

/** The floor: cutting the same bytes at 0x0A and parsing each line, which no reader of a watch can do without. */
export function runParse(watch: WatchBytes): number {
  const startMs = performance.now();
  let rest: Buffer = Buffer.alloc(0);
  let parsed = 0;
  for (const chunk of watch.changes) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      const head = chunk.subarray(start, end);
      const line = rest.length === 0 ? head : Buffer.concat([rest, head]);
      rest = Buffer.alloc(0);
      if (typeof JSON.parse(line.toString('utf8')) === 'object') parsed += 1;
      start = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(start)]);
  }
  if (parsed !== watch.events) throw new Error(`parsed ${parsed} of ${watch.events} lines`);
  return performance.now() - startMs;
}
