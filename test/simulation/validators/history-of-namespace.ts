import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { resourceOf, type StreamName, streamOf } from '../../../watcher/source/sink/stream-name.ts';
import { isIn } from '../api/watch-stream.ts';
import type { History } from '../history.ts';

/**
 * What happened in one namespace that was followed by itself, as if it were a cluster of its own. A gap that names no
 * namespace is one of each whose watch stood where it begins and ends, and had a cause for it; of the second it is told
 * before its time, with the first.
 */
export function historyOfNamespace(history: History, namespace: string): History {
  const { log, podsAt, refusals, commits, arrivals } = history;
  const isOwn = (stream: StreamName) => stream === streamOf(resourceOf(stream), namespace);
  const view: History = {
    ...history,
    log: log.filter((revision) => isIn(revision, namespace)),
    podsAt: (rv, epoch) => podsAt(rv, epoch).filter((revision) => isIn(revision, namespace)),
    refusals: refusals.filter((refusal) => refusal.namespace === namespace),
    commits: commits.flatMap((point) =>
      isOwn(point.stream) ? [{ ...point, stream: resourceOf(point.stream) }] : [],
    ),
  };
  const own = arrivals.flatMap((arrival) => {
    const atMs = toldAt(JSON.parse(arrival.body), namespace, view);
    return atMs === null ? [] : [{ ...arrival, atMs: Math.max(atMs, arrival.atMs) }];
  });
  return { ...view, arrivals: own };
}

/** Gaps that are nobody's: of no namespace that was followed. */
export function strayGaps(history: History): readonly string[] {
  const { namespaces, arrivals } = history;
  const views = (namespaces ?? []).map((namespace) => historyOfNamespace(history, namespace));
  const told = new Set(views.flatMap((view) => view.arrivals.map(({ id }) => id)));
  const gaps = arrivals.filter(({ body }) => (JSON.parse(body) as LifecycleEvent).data.hook === 'gap');
  return [...new Set(gaps.filter(({ id }) => !told.has(id)).map(({ body }) => body))];
}

/** When an event can be told at the earliest; null: it is none of the namespace's. */
function toldAt({ data }: LifecycleEvent, namespace: string, view: History): number | null {
  if (data.hook === 'disabled') return 0;
  if (data.hook !== 'gap') return data.pod.namespace === namespace ? 0 : null;
  if (data.namespace !== undefined) return data.namespace === namespace ? 0 : null;
  const [from, to] = [Number(data.from.resourceVersion), Number(data.to.resourceVersion)];
  const points = view.commits.filter(({ stream }) => stream === 'pods');
  // After a restore the number at which it was refused can come again, as the one that the list shows.
  const isBefore = (rv: number) => rv < to || (rv === to && view.restore !== null);
  const cause = view.refusals.find(({ resource, rv }) => resource === 'pods' && rv >= from && isBefore(rv));
  const stood = points.findIndex(({ rv }) => rv === from);
  const went = points.findIndex(({ rv, atMs }, at) => at > stood && rv === to && atMs >= (cause?.atMs ?? 0));
  if (stood === -1 || (cause === undefined && data.why !== 'epochChanged')) return null;
  return points[went]?.atMs ?? null;
}
