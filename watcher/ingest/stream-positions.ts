import type { KubeletNotice } from '../lifecycle/snapshot/kubelet-notice.ts';
import { hasReached, isNewer, isOlder } from '../source/api/resource-version.ts';
import {
  covers,
  type EventStream,
  namespaceOf,
  type PodStream,
  resourceOf,
  type StreamName,
  streamOf,
} from '../source/sink/stream-name.ts';
import { adoptPoints } from './adopt-points.ts';
import { createEventPosition } from './event-position.ts';
import type { LifecycleJournal, ResumePointChange, StoredPoint } from './lifecycle-journal.ts';

/** How far each stream was read, and how far that is stored. */
export interface StreamPositions {
  /** Where reading goes on; null before the first complete list. */
  resumePoint(stream: StreamName): string | null;
  /** What is stored of a stream; null before the first complete list. */
  storedPoint(stream: StreamName): Omit<StoredPoint, 'stream'> | null;
  /** Pods were read up to here. */
  podsRead(stream: PodStream, upTo: string): void;
  /**
   * Events were read; see {@link createEventPosition}.
   *
   * @param held what waits for its Pod, this batch's included
   */
  eventsRead(stream: EventStream, upTo: string | null, held: readonly KubeletNotice[]): void;
  /**
   * Whether a change was told already, by a watch of its namespace alone that had come further than the one of the whole
   * cluster which tells it now.
   */
  isTold(stream: StreamName, namespace: string, resourceVersion: string): boolean;
  /** Whether a list is of before what a namespace was read to. */
  isBehind(stream: StreamName, namespace: string, resourceVersion: string): boolean;
  /** History was put back: what namespaces were read to before says nothing any more. */
  begunAnew(stream: StreamName): void;
  /** Whether every other stream of the resource is certain to have been read further than this point. */
  isFurthestBehind(stream: StreamName, point: string): boolean;
  /** What is to be stored now, given the Events that still wait for their Pods. */
  unstored(held: readonly KubeletNotice[]): readonly ResumePointChange[];
  stored(points: readonly ResumePointChange[]): void;
  /** What was read and not stored is void: it comes again. */
  reset(): void;
}

/** No resourceVersion is older. */
const FIRST_VERSION = '1';

/** @param streams all that are followed. */
export function createStreamPositions(
  journal: Pick<LifecycleJournal, 'resumePoint' | 'resumePoints'>,
  streams: readonly StreamName[],
): StreamPositions {
  const atStart = journal.resumePoints();
  /** To be stored with what comes first. */
  const adopted = new Map(adoptPoints(atStart, streams).map((point) => [point.stream, point]));
  const followed = new Set(streams);
  const storedPoint = (stream: StreamName) => {
    const { resourceVersion = null, committedAtMs = 0 } = adopted.get(stream) ?? {};
    return resourceVersion === null ? journal.resumePoint(stream) : { resourceVersion, committedAtMs };
  };
  const inJournal = (stream: StreamName) => storedPoint(stream)?.resourceVersion ?? null;
  const pods = new Map<PodStream, string>();
  const events = new Map(
    streams.filter((stream) => resourceOf(stream) === 'events').map((stream) => [stream, positionOf(stream)]),
  );
  /** Points of single namespaces, while the whole cluster is followed and has not passed them. */
  const ahead = new Map(
    atStart
      .filter(({ stream }) => namespaceOf(stream) !== null && followed.has(resourceOf(stream)))
      .map(({ stream, resourceVersion }) => [stream, resourceVersion]),
  );

  function positionOf(stream: StreamName) {
    return createEventPosition(inJournal(stream));
  }

  function eventPosition(stream: StreamName) {
    const position = events.get(stream) ?? positionOf(stream);
    events.set(stream, position);
    return position;
  }

  const resumePoint = (stream: StreamName) =>
    resourceOf(stream) === 'events'
      ? eventPosition(stream).resumePoint()
      : (pods.get(stream as PodStream) ?? inJournal(stream));

  const aheadOf = (stream: StreamName, namespace: string) =>
    ahead.size > 0 && namespaceOf(stream) === null
      ? ahead.get(streamOf(resourceOf(stream), namespace))
      : undefined;

  function passed(moved: readonly ResumePointChange[]): readonly ResumePointChange[] {
    if (ahead.size === 0) return [];
    const reached = new Map(moved.map(({ stream, resourceVersion }) => [stream, resourceVersion]));
    return [...ahead].flatMap(([stream, point]) => {
      const cluster = reached.get(resourceOf(stream));
      return cluster && hasReached(cluster, point) ? [{ stream, resourceVersion: null }] : [];
    });
  }

  return {
    resumePoint,
    storedPoint,
    podsRead: (stream, upTo) => void pods.set(stream, upTo),
    eventsRead: (stream, upTo, held) => eventPosition(stream).read(upTo, heldOf(stream, held)),
    isTold(stream, namespace, resourceVersion) {
      const point = aheadOf(stream, namespace);
      return point !== undefined && !isNewer(resourceVersion, point);
    },
    isBehind(stream, namespace, resourceVersion) {
      const point = aheadOf(stream, namespace);
      return point !== undefined && isOlder(resourceVersion, point);
    },
    begunAnew(stream) {
      if (namespaceOf(stream) !== null) return;
      for (const each of ahead.keys())
        if (resourceOf(each) === resourceOf(stream)) ahead.set(each, FIRST_VERSION);
    },
    isFurthestBehind: (stream, point) =>
      streams.every((other) => {
        if (other === stream || resourceOf(other) !== resourceOf(stream)) return true;
        const position = resumePoint(other);
        return position === null || (position !== point && isNewer(position, point));
      }),
    unstored(held) {
      const moved = [
        ...[...pods].map(([stream, resourceVersion]) => ({ stream, resourceVersion })),
        ...[...events].flatMap(([stream, position]) => {
          const resourceVersion = position.unstored(heldOf(stream, held));
          return resourceVersion === null ? [] : [{ stream, resourceVersion }];
        }),
      ];
      const isMoved = new Set<StreamName>(moved.map(({ stream }) => stream));
      const pending = [...adopted.values()].filter(({ stream }) => !isMoved.has(stream));
      return [...pending, ...moved, ...passed(moved)];
    },
    stored(points) {
      pods.clear();
      for (const { stream, resourceVersion } of points) {
        adopted.delete(stream);
        if (resourceVersion === null) ahead.delete(stream);
        else if (resourceOf(stream) === 'events') eventPosition(stream).stored(resourceVersion);
      }
    },
    reset() {
      pods.clear();
      for (const position of events.values()) position.reset();
    },
  };
}

function heldOf(stream: StreamName, held: readonly KubeletNotice[]): readonly KubeletNotice[] {
  return held.length === 0 ? held : held.filter(({ namespace }) => covers(stream, namespace));
}
