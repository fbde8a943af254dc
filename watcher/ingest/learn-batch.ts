import type { Clock } from '../../settings/ambient/clock.ts';
import type { ClusterView } from '../lifecycle/cluster-view.ts';
import type { Via } from '../lifecycle/container-context.ts';
import type { PodFacts } from '../lifecycle/known-pod.ts';
import { runningStarts } from '../lifecycle/observe-pod.ts';
import type { PodSnapshot } from '../lifecycle/snapshot/pod-snapshot.ts';
import type { Transition } from '../lifecycle/transition.ts';
import type { SetAside } from '../source/sink/set-aside.ts';
import type { SourceBatch } from '../source/sink/source-batch.ts';
import { eventInstant } from './event-envelope.ts';
import type { LearnAlone } from './learn-alone.ts';
import type { LifecycleJournal, NewEvent } from './lifecycle-journal.ts';
import type { EventNaming } from './name-events.ts';
import type { StreamPositions } from './stream-positions.ts';

/** What batches are learned into. */
export type Learning = {
  readonly view: ClusterView;
  readonly alone: LearnAlone;
  readonly positions: StreamPositions;
  readonly naming: Pick<EventNaming, 'gap'>;
  readonly journal: Pick<LifecycleJournal, 'resumePoint'>;
  readonly setAside: Pick<SetAside, 'keepOnly'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Mirror Pods that no list has shown by their new key. */
  readonly unconfirmed: Set<string>;
  /** See `IngestDeps`. */
  readonly follows: (pod: PodFacts) => boolean;
  readonly replayExisting: boolean;
};

type BatchOf<Kind extends SourceBatch['kind']> = Extract<SourceBatch, { readonly kind: Kind }>;

/** What a batch means: the events that follow from it, in order. The view and the positions are changed. */
export function learnBatch(batch: SourceBatch, learning: Learning): readonly NewEvent[] {
  switch (batch.kind) {
    case 'changes':
      return learnChanges(batch, learning);
    case 'page':
      return learnPage(batch, learning);
    case 'listed':
      return learnListed(batch, learning);
    case 'missed':
      return learnMissed(batch, learning);
    case 'notices':
      return learnNotices(batch, learning);
    default:
      return batch satisfies never;
  }
}

function learnChanges(
  { changes, resourceVersion }: BatchOf<'changes'>,
  { view, alone, positions, clock }: Learning,
): readonly NewEvent[] {
  positions.podsRead(resourceVersion);
  return changes.flatMap(({ kind, pod }) => {
    const seen = alone.pod(pod, () => view.seen(pod, 'watch'));
    if (kind === 'seen') return changedAt(pod.resourceVersion, seen);
    const gone = alone.gone(pod.key, () => view.vanished(pod.key, clock.nowMs()));
    return changedAt(pod.resourceVersion, [...seen, ...gone]);
  });
}

function learnPage(
  { pods, why }: BatchOf<'page'>,
  { view, alone, positions, replayExisting }: Learning,
): readonly NewEvent[] {
  const isBaseline = positions.resumePoint('pods') === null;
  // Only the list after the API was put back may show what was told long ago.
  const via: Via = why === 'epochChanged' ? 'restoredList' : 'list';
  const learn = (pod: PodSnapshot): readonly Transition[] => {
    if (!isBaseline) return view.seen(pod, via);
    view.baseline(pod);
    return replayExisting ? runningStarts(pod) : [];
  };
  return pods.flatMap((pod) => alone.pod(pod, () => learn(pod)));
}

function learnListed(batch: BatchOf<'listed'>, learning: Learning): readonly NewEvent[] {
  const { view, alone, positions, setAside, clock, unconfirmed } = learning;
  const isBaseline = positions.resumePoint('pods') === null;
  const learn = (key: string): readonly Transition[] => {
    if (!isBaseline && !unconfirmed.has(key)) return view.vanished(key, clock.nowMs());
    // What a first, broken-off list left behind is not history.
    view.forget(key);
    return [];
  };
  const missing = view.keys().filter((key) => !batch.keys.has(key) && isFollowed(key, learning));
  const told = missing.flatMap((key) => alone.gone(key, () => learn(key)));
  unconfirmed.clear();
  setAside.keepOnly(batch.keys);
  const declared = learnGap(batch, learning);
  positions.podsRead(batch.resourceVersion);
  return [...told, ...declared];
}

function isFollowed(key: string, { view, follows }: Learning): boolean {
  const known = view.known(key);
  return known !== null && follows(known.pod);
}

/** A list that was needed because history is missing declares from where to where. */
function learnGap(
  { why, resourceVersion }: BatchOf<'listed'>,
  { journal, naming, clock }: Learning,
): readonly NewEvent[] {
  const from = journal.resumePoint('pods');
  if (!from || (why !== 'expired' && why !== 'epochChanged')) return [];
  const nowMs = clock.nowMs();
  const facts = {
    why,
    from: { resourceVersion: from.resourceVersion, time: eventInstant(from.committedAtMs) },
    to: { resourceVersion, time: eventInstant(nowMs) },
  };
  return [naming.gap(facts, nowMs)];
}

function learnMissed(
  { seen, gone }: BatchOf<'missed'>,
  { view, alone, clock }: Learning,
): readonly NewEvent[] {
  return [
    ...seen.flatMap((pod) => alone.pod(pod, () => view.seen(pod, 'list'))),
    ...gone.flatMap((key) => alone.gone(key, () => view.vanished(key, clock.nowMs()))),
  ];
}

function learnNotices(
  { notices, listed, resourceVersion }: BatchOf<'notices'>,
  { view, alone, positions }: Learning,
): readonly NewEvent[] {
  // What the very first list of Events tells happened before the watcher's time.
  const isOld = listed && positions.resumePoint('events') === null;
  const told = (isOld ? [] : notices).flatMap((notice) =>
    changedAt(
      notice.resourceVersion,
      alone.notice(notice, () => view.notice(notice, listed)),
    ),
  );
  positions.eventsRead(resourceVersion, view.held());
  return told;
}

/** What follows from one change, which another watcher may have told while the rest of the batch is still to be told. */
function changedAt(resourceVersion: string, events: readonly NewEvent[]): readonly NewEvent[] {
  return resourceVersion === '' ? events : events.map((event) => ({ ...event, changedAt: resourceVersion }));
}
