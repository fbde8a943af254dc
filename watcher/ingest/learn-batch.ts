import type { Clock } from '../../settings/ambient/clock.ts';
import type { ClusterView } from '../lifecycle/cluster-view.ts';
import type { Via } from '../lifecycle/container-context.ts';
import type { PodFacts } from '../lifecycle/known-pod.ts';
import { runningStarts } from '../lifecycle/observe-pod.ts';
import type { PodSnapshot } from '../lifecycle/snapshot/pod-snapshot.ts';
import type { Transition } from '../lifecycle/transition.ts';
import type { SetAside } from '../source/sink/set-aside.ts';
import type { SourceBatch } from '../source/sink/source-batch.ts';
import { covers, namespaceOf, type PodStream } from '../source/sink/stream-name.ts';
import { eventInstant } from './event-envelope.ts';
import type { LearnAlone } from './learn-alone.ts';
import type { NewEvent } from './lifecycle-journal.ts';
import type { EventNaming } from './name-events.ts';
import type { StreamPositions } from './stream-positions.ts';

/** What batches are learned into. */
export type Learning = {
  readonly view: ClusterView;
  readonly alone: LearnAlone;
  readonly positions: StreamPositions;
  readonly naming: Pick<EventNaming, 'gap'>;
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
  { stream, changes, resourceVersion }: BatchOf<'changes'>,
  { view, alone, positions, clock }: Learning,
): readonly NewEvent[] {
  positions.podsRead(stream, resourceVersion);
  return changes.flatMap(({ kind, pod }) => {
    const { key, namespace, resourceVersion: changedAt } = pod;
    if (positions.isTold(stream, namespace, changedAt)) return [];
    const seen = alone.pod(pod, () => view.seen(pod, 'watch'), changedAt);
    if (kind === 'seen') return seen;
    return [...seen, ...alone.gone(key, () => view.vanished(key, clock.nowMs()), changedAt)];
  });
}

function learnPage(
  { stream, pods, why }: BatchOf<'page'>,
  { view, alone, positions, replayExisting }: Learning,
): readonly NewEvent[] {
  const isBaseline = positions.resumePoint(stream) === null;
  if (why === 'epochChanged') positions.begunAnew(stream);
  // Only the list after the API was put back may show what was told long ago.
  const via: Via = why === 'epochChanged' ? 'restoredList' : 'list';
  const learn = (pod: PodSnapshot): readonly Transition[] => {
    if (!isBaseline) return view.seen(pod, via);
    view.baseline(pod);
    return replayExisting ? runningStarts(pod) : [];
  };
  return untold(stream, pods, positions).flatMap((pod) => alone.pod(pod, () => learn(pod)));
}

function learnListed(batch: BatchOf<'listed'>, learning: Learning): readonly NewEvent[] {
  const { view, alone, positions, setAside, clock, unconfirmed } = learning;
  const { stream } = batch;
  const isBaseline = positions.resumePoint(stream) === null;
  if (batch.why === 'epochChanged') positions.begunAnew(stream);
  const learn = (key: string): readonly Transition[] => {
    if (!isBaseline && !unconfirmed.has(key)) return view.vanished(key, clock.nowMs());
    // What a first, broken-off list left behind is not history.
    view.forget(key);
    return [];
  };
  const missing = view.keys(batch.keys).filter((key) => isJudged(key, batch, learning));
  const told = missing.flatMap((key) => alone.gone(key, () => learn(key)));
  for (const key of unconfirmed) if (isOf(stream, key, learning)) unconfirmed.delete(key);
  setAside.keepOnly(batch.keys, stream);
  const declared = learnGap(batch, learning);
  positions.podsRead(stream, batch.resourceVersion);
  return [...told, ...declared];
}

/** Whether a list would show the Pod if it were there. */
function isJudged(
  key: string,
  { stream, resourceVersion }: BatchOf<'listed'>,
  { view, follows, positions }: Learning,
): boolean {
  const pod = view.known(key)?.pod;
  if (pod === undefined || !covers(stream, pod.namespace) || !follows(pod)) return false;
  return !positions.isBehind(stream, pod.namespace, resourceVersion);
}

function isOf(stream: PodStream, key: string, { view }: Learning): boolean {
  const known = view.known(key);
  return known === null || covers(stream, known.pod.namespace);
}

/** Those of which no watch of their namespace alone has told more. */
function untold(
  stream: PodStream,
  pods: readonly PodSnapshot[],
  positions: StreamPositions,
): readonly PodSnapshot[] {
  return pods.filter((pod) => !positions.isTold(stream, pod.namespace, pod.resourceVersion));
}

/** A list that was needed because history is missing declares from where to where. */
function learnGap(
  { stream, why, resourceVersion }: BatchOf<'listed'>,
  { naming, clock, positions }: Learning,
): readonly NewEvent[] {
  const from = positions.storedPoint(stream);
  if (!from || (why !== 'expired' && why !== 'epochChanged')) return [];
  const nowMs = clock.nowMs();
  const namespace = namespaceOf(stream);
  // Its id is made of the two versions: where another namespace may come to miss the very same interval, it is of all.
  const isOfOne = namespace !== null && positions.isFurthestBehind(stream, from.resourceVersion);
  const facts = {
    why,
    ...(isOfOne && { namespace }),
    from: { resourceVersion: from.resourceVersion, time: eventInstant(from.committedAtMs) },
    to: { resourceVersion, time: eventInstant(nowMs) },
  };
  return [naming.gap(facts, nowMs)];
}

function learnMissed(
  { stream, seen, gone }: BatchOf<'missed'>,
  { view, alone, clock, positions }: Learning,
): readonly NewEvent[] {
  return [
    ...untold(stream, seen, positions).flatMap((pod) => alone.pod(pod, () => view.seen(pod, 'list'))),
    ...gone.flatMap((key) => alone.gone(key, () => view.vanished(key, clock.nowMs()))),
  ];
}

function learnNotices(
  { stream, notices, listed, resourceVersion }: BatchOf<'notices'>,
  { view, alone, positions }: Learning,
): readonly NewEvent[] {
  // What the very first list of Events tells happened before the watcher's time.
  const isOld = listed && positions.resumePoint(stream) === null;
  const told = (isOld ? [] : notices).flatMap((notice) => {
    if (positions.isTold(stream, notice.namespace, notice.resourceVersion)) return [];
    return alone.notice(notice, () => view.notice(notice, listed), notice.resourceVersion);
  });
  positions.eventsRead(stream, resourceVersion, view.held());
  return told;
}
