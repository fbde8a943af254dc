import { compareResourceVersions } from '../source/api/resource-version.ts';
import { namespaceOf, resourceOf, type StreamName, streamOf } from '../source/sink/stream-name.ts';
import type { ResumePointChange, StoredPoint } from './lifecycle-journal.ts';

/**
 * What a journal from before namespaces were followed one by one calls its resume points: nobody knows any more what
 * they were of, but that it was all of what the configuration named.
 */
const UNKNOWN_NAMESPACE = '*';

/**
 * Resume points for streams that have none yet, from what was followed before, so that another `watch.namespaces` neither
 * loses nor repeats anything:
 *
 * - a namespace goes on where the watch of the whole cluster stands, if there was one;
 * - the whole cluster goes on where the namespace stands that is furthest behind (what the others have told already is
 *   left out, see {@link createStreamPositions});
 * - a point of before is the one of every stream that is followed now.
 *
 * A namespace that was never followed has none: its first list is a baseline. A point whose namespace is followed no longer
 * stays, for the day on which it is again.
 */
export function adoptPoints(
  stored: readonly StoredPoint[],
  streams: readonly StreamName[],
): readonly ResumePointChange[] {
  const points = new Map(stored.map((point) => [point.stream, point]));
  const adopted = streams.flatMap((stream): ResumePointChange[] => {
    const point = points.has(stream) ? undefined : inherited(stream, points);
    return point === undefined ? [] : [{ ...point, stream }];
  });
  const unknown = stored.filter(({ stream }) => namespaceOf(stream) === UNKNOWN_NAMESPACE);
  return [...adopted, ...unknown.map(({ stream }) => ({ stream, resourceVersion: null }))];
}

function inherited(
  stream: StreamName,
  points: ReadonlyMap<StreamName, StoredPoint>,
): StoredPoint | undefined {
  const resource = resourceOf(stream);
  const unknown = points.get(streamOf(resource, UNKNOWN_NAMESPACE));
  if (namespaceOf(stream) !== null) return points.get(resource) ?? unknown;
  const [oldest] = [...points.values()]
    .filter((point) => resourceOf(point.stream) === resource)
    .toSorted((a, b) => compareResourceVersions(a.resourceVersion, b.resourceVersion) ?? 0);
  return unknown ?? oldest;
}
