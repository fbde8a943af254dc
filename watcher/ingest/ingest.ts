import type { FilterSubject } from '../../protocol/subscription-filter.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import type { SetAside } from '../ambient/set-aside.ts';
import { type ClusterView, createClusterView } from '../lifecycle/cluster-view.ts';
import type { PodFacts } from '../lifecycle/known-pod.ts';
import type { Via } from '../lifecycle/observe-container.ts';
import { runningStarts } from '../lifecycle/observe-pod.ts';
import type { PodSnapshot } from '../lifecycle/snapshot/pod-snapshot.ts';
import type { Transition } from '../lifecycle/transition.ts';
import type { BatchSink, SourceBatch, StreamName } from '../source/api/batch.ts';
import { disabledEvent, gapEvent } from './bridge-event.ts';
import { containerEvent, type DraftEvent, filterSubject } from './container-event.ts';
import type { EndedSubscription } from './ended-subscription.ts';
import { createEventPosition } from './event-position.ts';
import type { ClusterIdentity } from './event-source.ts';
import { createLearnAlone } from './learn-alone.ts';
import type { LifecycleJournal, NewEvent, StoredEvent } from './lifecycle-journal.ts';
import { readKnown } from './read-known.ts';

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
  readonly setAside: SetAside;
  /** On a first start, emit postStart for what runs already. */
  readonly replayExisting: boolean;
};

/** So many changed Pods are stored even if no event came of them: bounds what a crash makes us read again. */
const MOST_UNSTORED = 500;

const STREAMS: readonly StreamName[] = ['pods', 'events'];

export function createIngest(deps: IngestDeps): Ingest {
  const { journal, cluster, clock, matching, onStored, follows, setAside, replayExisting } = deps;
  const { pods, renamed } = readKnown(journal);
  const view = createClusterView(pods);
  /** Mirror Pods that no list has shown by their new key. */
  const unconfirmed = new Set(renamed);
  const stored = (stream: StreamName) => journal.resumePoint(stream)?.resourceVersion ?? null;
  const events = createEventPosition(stored('events'));
  let unstoredPods: string | null = null;
  /**
   * Streams that do not know yet of a step that failed. Whichever caused it, the view lost what both had not stored:
   * each hears of it with its next batch, and resumes.
   */
  const failed = new Map<StreamName, unknown>();

  /** Endings that are journalled: by this process, or found to be there already. */
  const told = new Set<string>();

  const resumePoint = (stream: StreamName): string | null =>
    stream === 'events' ? events.resumePoint() : (unstoredPods ?? stored('pods'));

  const unstored = () => {
    const point = { pods: unstoredPods, events: events.unstored(view.held()) };
    return STREAMS.flatMap((stream) => {
      const resourceVersion = point[stream];
      return resourceVersion === null ? [] : [{ stream, resourceVersion }];
    });
  };

  const forgetUnstored = (): void => {
    view.rollback();
    unstoredPods = null;
    events.reset();
  };

  const store = (news: readonly NewEvent[]): void => {
    const resumePoints = unstored();
    const kept = journal.commit({
      pods: [...view.changes()].map(([key, pod]) => ({ key, json: pod && JSON.stringify(pod) })),
      events: news,
      resumePoints,
    });
    view.commit();
    unstoredPods = null;
    for (const { stream, resourceVersion } of resumePoints)
      if (stream === 'events') events.stored(resourceVersion);
    if (kept.length > 0) onStored(kept);
  };

  const step = (learn: () => readonly NewEvent[], { durable = false } = {}): void => {
    try {
      const news = learn();
      if (durable || news.length > 0 || view.changes().size >= MOST_UNSTORED) store(news);
    } catch (error) {
      forgetUnstored();
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

  const alone = createLearnAlone({ view, setAside, named });

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

  const goneAlone = (pod: PodSnapshot): readonly NewEvent[] => {
    const read = alone.pod(pod, () => view.seen(pod, 'watch'));
    return [...read, ...alone.gone(pod.key, () => view.vanished(pod.key, clock.nowMs()))];
  };

  const learn = (batch: SourceBatch): readonly NewEvent[] => {
    const baseline = resumePoint('pods') === null;
    switch (batch.kind) {
      case 'changes':
        unstoredPods = batch.resourceVersion;
        return batch.changes.flatMap(({ kind, pod }) => {
          const told = kind === 'seen' ? alone.pod(pod, () => view.seen(pod, 'watch')) : goneAlone(pod);
          return changedAt(pod.resourceVersion, told);
        });
      case 'page':
        return batch.pods.flatMap((pod) =>
          alone.pod(pod, () =>
            baseline ? baselinePod(view, pod, replayExisting) : view.seen(pod, viaOf(batch)),
          ),
        );
      case 'listed': {
        const missing = view.keys().filter((key) => !batch.keys.has(key) && isFollowed(key));
        const untold = (key: string) => baseline || unconfirmed.has(key);
        const told = missing.flatMap((key) =>
          alone.gone(key, () => missingPod(view, key, untold(key) ? null : clock.nowMs())),
        );
        unconfirmed.clear();
        setAside.keepOnly(batch.keys);
        const declared = gap(batch);
        unstoredPods = batch.resourceVersion;
        return [...told, ...declared];
      }
      case 'missed':
        return [
          ...batch.seen.flatMap((pod) => alone.pod(pod, () => view.seen(pod, 'list'))),
          ...batch.gone.flatMap((key) => alone.gone(key, () => view.vanished(key, clock.nowMs()))),
        ];
      case 'notices': {
        // What the very first list of Events tells happened before the watcher's time.
        const old = batch.listed && events.resumePoint() === null;
        const told = batch.notices.flatMap((notice) =>
          old
            ? []
            : changedAt(
                notice.resourceVersion,
                alone.notice(notice, () => view.notice(notice, batch.listed)),
              ),
        );
        events.read(batch.resourceVersion, view.held());
        return told;
      }
      default:
        return batch satisfies never;
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
    resumePoint,
    accept,
    settle() {
      const ended = journal.endedSubscriptions().filter((each) => !told.has(endingKey(each)));
      step(
        () => [
          ...learnByTime(),
          ...ended.map((each) => prepare(disabledEvent(each, cluster), { hook: 'disabled' })),
        ],
        { durable: unstored().length > 0 || view.changes().size > 0 },
      );
      for (const each of ended) told.add(endingKey(each));
    },
  };
}

/** What follows from one change, which another watcher may have told while the rest of the batch is still to be told. */
function changedAt(resourceVersion: string, events: readonly NewEvent[]): readonly NewEvent[] {
  return resourceVersion === '' ? events : events.map((event) => ({ ...event, changedAt: resourceVersion }));
}

function endingKey({ subscription, atMs }: EndedSubscription): string {
  return `${subscription}/${atMs}`;
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
