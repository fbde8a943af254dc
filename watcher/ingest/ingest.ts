import type { FilterSubject } from '../../protocol/subscription-filter.ts';
import type { Clock } from '../clock.ts';
import { type ClusterView, createClusterView } from '../lifecycle/cluster-view.ts';
import type { KnownPod, PodFacts } from '../lifecycle/known-pod.ts';
import type { Via } from '../lifecycle/observe-container.ts';
import { runningStarts } from '../lifecycle/observe-pod.ts';
import type { PodSnapshot } from '../lifecycle/pod-snapshot.ts';
import { readKnownPod } from '../lifecycle/read-known-pod.ts';
import type { Transition } from '../lifecycle/transition.ts';
import type { BatchSink, SourceBatch, StreamName } from '../source/batch.ts';
import { disabledEvent, gapEvent } from './bridge-event.ts';
import { containerEvent, type DraftEvent, filterSubject } from './container-event.ts';
import type { EndedSubscription } from './ended-subscription.ts';
import type { ClusterIdentity } from './event-source.ts';
import type { LifecycleJournal, NewEvent, StoredEvent } from './lifecycle-journal.ts';

/**
 * Turns what the source reads into journalled events: one synchronous step a batch, one transaction a step.
 *
 * - The resourceVersion reaches the journal only together with everything that was learned up to it.
 * - A step without events is kept in memory and stored with the next one that has some, or by {@link Ingest.settle}:
 *   a crash in between only means that the same changes are read, and the same ids made, again.
 * - When the journal cannot store, the view goes back to what the journal holds and the error goes to the source,
 *   which resumes from there.
 */
export interface Ingest extends BatchSink {
  /**
   * Stores what is pending, concludes what only time can tell, and tells of subscriptions that their receivers ended.
   * Call it about once a second.
   */
  settle(): void;
}

export type IngestDeps = {
  readonly journal: LifecycleJournal;
  readonly cluster: ClusterIdentity;
  readonly clock: Clock;
  /** Names of the subscriptions that want an event. */
  readonly matching: (subject: FilterSubject) => readonly string[];
  /** Called after a commit with the events that are really new. */
  readonly onStored: (events: readonly StoredEvent[]) => void;
  /**
   * Whether the source follows this Pod. One that was known before the configuration left its namespace or node out has
   * not vanished when a list lacks it.
   */
  readonly follows: (pod: PodFacts) => boolean;
  /** On a first start, emit postStart for what runs already. */
  readonly replayExisting: boolean;
};

/** So many changed Pods are stored even if no event came of them: bounds what a crash makes us read again. */
const MOST_UNSTORED = 500;

const STREAMS: readonly StreamName[] = ['pods', 'events'];

export function createIngest(deps: IngestDeps): Ingest {
  const { journal, cluster, clock, matching, onStored, follows, replayExisting } = deps;
  const view = createClusterView(readKnown(journal));
  const unstored = new Map<StreamName, string>();
  /**
   * Streams that do not know yet of a step that failed. Whichever caused it, the view lost what both had not stored:
   * each hears of it with its next batch, and resumes.
   */
  const failed = new Map<StreamName, unknown>();

  /** Endings that are journalled: by this process, or found to be there already. */
  const told = new Set<string>();

  const resumePoint = (stream: StreamName): string | null =>
    unstored.get(stream) ?? journal.resumePoint(stream)?.resourceVersion ?? null;

  const store = (events: readonly NewEvent[]): void => {
    const stored = journal.commit({
      pods: [...view.changes()].map(([key, pod]) => ({ key, json: pod && JSON.stringify(pod) })),
      events,
      resumePoints: [...unstored].map(([stream, resourceVersion]) => ({ stream, resourceVersion })),
    });
    view.commit();
    unstored.clear();
    if (stored.length > 0) onStored(stored);
  };

  const step = (learn: () => readonly NewEvent[], { durable = false } = {}): void => {
    try {
      const events = learn();
      if (durable || events.length > 0 || view.changes().size >= MOST_UNSTORED) store(events);
    } catch (error) {
      view.rollback();
      unstored.clear();
      for (const stream of STREAMS) failed.set(stream, error);
      throw error;
    }
  };

  const accept = (batch: SourceBatch): void => {
    const stream = batch.kind === 'notices' ? 'events' : 'pods';
    try {
      if (failed.has(stream)) throw failed.get(stream);
      step(() => learn(batch), { durable: batch.kind === 'listed' });
    } catch (error) {
      failed.delete(stream);
      throw error;
    }
  };

  const prepare = (draft: DraftEvent, subject: FilterSubject): NewEvent => ({
    ...draft,
    subscriptions: matching(subject),
  });

  const named = (transitions: readonly Transition[]): readonly NewEvent[] =>
    transitions.map((transition) =>
      prepare(containerEvent(transition, cluster, clock.nowMs()), filterSubject(transition)),
    );

  const isFollowed = (key: string): boolean => {
    const known = view.known(key);
    return known !== null && follows(known.pod);
  };

  const gap = (batch: SourceBatch & { kind: 'listed' }): readonly NewEvent[] => {
    const from = journal.resumePoint('pods');
    if (!from || (batch.why !== 'expired' && batch.why !== 'epochChanged')) return [];
    const nowMs = clock.nowMs();
    const facts = {
      why: batch.why,
      from: { resourceVersion: from.resourceVersion, time: new Date(from.committedAtMs).toISOString() },
      to: { resourceVersion: batch.resourceVersion, time: new Date(nowMs).toISOString() },
    };
    return [prepare(gapEvent(facts, cluster, nowMs), { hook: 'gap' })];
  };

  const learn = (batch: SourceBatch): readonly NewEvent[] => {
    const baseline = resumePoint('pods') === null;
    switch (batch.kind) {
      case 'changes':
        unstored.set('pods', batch.resourceVersion);
        return named(
          batch.changes.flatMap(({ kind, pod }) =>
            kind === 'seen' ? view.seen(pod, 'watch') : view.gone(pod, clock.nowMs()),
          ),
        );
      case 'page':
        return named(
          batch.pods.flatMap((pod) =>
            baseline ? baselinePod(view, pod, replayExisting) : view.seen(pod, viaOf(batch)),
          ),
        );
      case 'listed': {
        const missing = view.keys().filter((key) => !batch.keys.has(key) && isFollowed(key));
        const transitions = missing.flatMap((key) => missingPod(view, key, baseline ? null : clock.nowMs()));
        const declared = gap(batch);
        unstored.set('pods', batch.resourceVersion);
        return [...named(transitions), ...declared];
      }
      case 'missed':
        return named([
          ...batch.seen.flatMap((pod) => view.seen(pod, 'list')),
          ...batch.gone.flatMap((key) => view.vanished(key, clock.nowMs())),
        ]);
      case 'notices': {
        // What the very first list of Events tells happened before the watcher's time.
        const old = batch.listed && resumePoint('events') === null;
        if (batch.resourceVersion !== null) unstored.set('events', batch.resourceVersion);
        return old ? [] : named(batch.notices.flatMap((notice) => view.notice(notice, batch.listed)));
      }
      default:
        return batch satisfies never;
    }
  };

  return {
    resumePoint,
    accept,
    settle() {
      const ended = journal.endedSubscriptions().filter((each) => !told.has(endingKey(each)));
      step(
        () => [
          ...named(view.settle(clock.nowMs())),
          ...ended.map((each) => prepare(disabledEvent(each, cluster), { hook: 'disabled' })),
        ],
        { durable: unstored.size > 0 || view.changes().size > 0 },
      );
      for (const each of ended) told.add(endingKey(each));
    },
  };
}

function endingKey({ subscription, atMs }: EndedSubscription): string {
  return `${subscription}/${atMs}`;
}

function* readKnown(journal: LifecycleJournal): Iterable<readonly [string, KnownPod]> {
  for (const { key, json } of journal.knownPods()) yield [key, readKnownPod(json)];
}

/** Only the list after the API was put back may show what was told long ago. */
function viaOf({ why }: SourceBatch & { kind: 'page' }): Via {
  return why === 'epochChanged' ? 'restoredList' : 'list';
}

function baselinePod(view: ClusterView, pod: PodSnapshot, replayExisting: boolean): readonly Transition[] {
  view.baseline(pod);
  return replayExisting ? runningStarts(pod) : [];
}

/** @param nowMs null while the baseline is taken: what a first, broken-off list left behind is not history. */
function missingPod(view: ClusterView, key: string, nowMs: number | null): readonly Transition[] {
  if (nowMs !== null) return view.vanished(key, nowMs);
  view.forget(key);
  return [];
}
