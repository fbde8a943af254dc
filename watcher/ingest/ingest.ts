import type { Clock } from '../../settings/ambient/clock.ts';
import { createClusterView } from '../lifecycle/cluster-view.ts';
import type { PodFacts } from '../lifecycle/known-pod.ts';
import { writeKnownPod } from '../lifecycle/write-known-pod.ts';
import type { SetAside } from '../source/sink/set-aside.ts';
import type { BatchSink } from '../source/sink/source-batch.ts';
import type { StreamName } from '../source/sink/stream-name.ts';
import { createLearnAlone } from './learn-alone.ts';
import { type Learning, learnBatch } from './learn-batch.ts';
import type { EndedSubscription, JournalledEvent, LifecycleJournal, NewEvent } from './lifecycle-journal.ts';
import { createEventNaming, type EventNamingDeps } from './name-events.ts';
import { readKnown } from './read-known.ts';
import { createStreamPositions } from './stream-positions.ts';

/**
 * Turns what the source reads into journalled events: one synchronous step a batch, one transaction a step.
 *
 * - The resourceVersion reaches the journal only together with everything that was learned up to it.
 * - A step without events is kept in memory and stored with the next one that has some, or by {@link Ingest.settle}:
 *   a crash in between only means that the same changes are read, and the same ids made, again.
 * - What goes wrong with one object is left aside with that object alone.
 * - An Event that waits for its Pod is not stored: the resume point stays before it, and it is told by
 *   {@link Ingest.settle}, as it follows from both streams.
 * - When the journal cannot store, the view goes back to what the journal holds and the error goes to the source,
 *   which resumes from there.
 */
export interface Ingest extends BatchSink {
  /**
   * Stores what is pending, concludes what only time can tell, tells what waited for its Pod, and of subscriptions that
   * their receivers ended. Call it about once a second.
   */
  settle(): void;
}

export type IngestDeps = EventNamingDeps & {
  readonly journal: LifecycleJournal;
  /** All that are followed. */
  readonly streams: readonly StreamName[];
  readonly clock: Clock;
  /** Called when they are on the disk with the events that are really new: after the commit, of many at once soon after it. */
  readonly onStored: (events: readonly JournalledEvent[]) => void;
  /**
   * Whether the source follows this Pod. One that was known before the configuration left its namespace or node out has
   * not vanished when a list lacks it.
   */
  readonly follows: (pod: PodFacts) => boolean;
  readonly setAside: SetAside;
  /** On a first start, emit postStart for what runs already. */
  readonly replayExisting: boolean;
};

/** So many changed Pods are stored even if no event came of them: bounds what a crash makes us read again. */
const MOST_UNSTORED = 125;
/** So many events at once are synced while the next changes are read. A few are on their way sooner without a thread between. */
const BULK = 64;

export function createIngest(deps: IngestDeps): Ingest {
  const { journal, clock, onStored } = deps;
  const { pods, renamed } = readKnown(journal);
  const view = createClusterView(pods);
  const positions = createStreamPositions(journal, deps.streams);
  const naming = createEventNaming(deps);
  const alone = createLearnAlone({ view, setAside: deps.setAside, named: naming.transitions });
  const learning: Learning = { ...deps, view, alone, positions, naming, unconfirmed: new Set(renamed) };
  /**
   * Streams that do not know yet of a step that failed. Whichever caused it, the view lost what all had not stored: each
   * hears of it with its next batch, and resumes.
   */
  const failed = new Map<StreamName, unknown>();
  /** Endings that are journalled: by this process, or found to be there already. */
  const told = new Set<string>();

  const store = (events: readonly NewEvent[]): void => {
    const resumePoints = positions.unstored(view.held());
    const kept = journal.commit({
      pods: [...view.changes()].map(([key, pod]) => ({ key, json: pod && writeKnownPod(pod) })),
      events,
      resumePoints,
      mayWait: events.length >= BULK,
    });
    view.commit();
    positions.stored(resumePoints);
    if (kept.length > 0) journal.whenDurable(() => onStored(kept));
  };

  const step = (learn: () => readonly NewEvent[], { durable = false } = {}): void => {
    try {
      const news = learn();
      if (durable || news.length > 0 || view.changes().size >= MOST_UNSTORED) store(news);
    } catch (error) {
      view.rollback();
      positions.reset();
      for (const stream of deps.streams) failed.set(stream, error);
      throw error;
    }
  };

  /** What only time tells: what waited for its Pod, and mirror Pods that stayed away. */
  const learnByTime = (): readonly NewEvent[] => {
    const steadyMs = clock.monotonicMs();
    view.tidy(steadyMs);
    return [
      ...view.away().flatMap((key) => alone.known(key, () => view.settle(key, clock.nowMs()))),
      ...view.held().flatMap((notice) => alone.notice(notice, () => view.claim(notice, steadyMs))),
    ];
  };

  return {
    resumePoint: positions.resumePoint,
    accept(batch) {
      const { stream } = batch;
      try {
        if (failed.has(stream)) throw failed.get(stream);
        step(() => learnBatch(batch, learning), { durable: batch.kind === 'listed' });
      } catch (error) {
        failed.delete(stream);
        throw error;
      }
    },
    settle() {
      const ended = journal.endedSubscriptions().filter((each) => !told.has(endingKey(each)));
      const isUnstored = positions.unstored(view.held()).length > 0 || view.changes().size > 0;
      step(() => [...learnByTime(), ...ended.map(naming.disabled)], { durable: isUnstored });
      for (const each of ended) told.add(endingKey(each));
    },
  };
}

function endingKey({ subscription, atMs }: EndedSubscription): string {
  return `${subscription}/${atMs}`;
}
