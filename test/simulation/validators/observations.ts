import type { Revision } from '../api/cluster-store.ts';
import { type History, type ResumePoint, toldTo } from '../history.ts';

/**
 * What a watcher that keeps its promise must have been shown, in order: the baseline (its first complete list), then
 * every change since, except what lies in a declared gap, what a faulty server told to nobody, and what a restore took
 * away. A gap ends with a list, and so does the history, since full lists are compared from time to time.
 */
export type Observation =
  | { readonly kind: 'baseline' | 'list'; readonly pods: readonly Revision[]; readonly atMs: number }
  | { readonly kind: 'change'; readonly revision: Revision };

/** A declared interval: after `from`, up to and with `to`. */
export type Interval = {
  readonly why: string;
  readonly from: Place;
  readonly to: Place;
  readonly atMs: number;
};
export type Place = { readonly rv: number; readonly epoch: number };

export function baselineOf(history: History): ResumePoint | null {
  return history.commits.find(({ stream }) => stream === 'pods') ?? null;
}

/** Gaps as they were told. A `from` or `to` that never was a resume point is taken as of the last epoch. */
export function declaredGaps(history: History): readonly Interval[] {
  return toldTo(history).flatMap(({ event, atMs }) => {
    if (event.data.hook !== 'gap') return [];
    const { why, from, to } = event.data;
    const target = Number(to.resourceVersion ?? 0);
    const source = Number(from.resourceVersion ?? 0);
    const points = history.commits.filter(({ stream }) => stream === 'pods');
    const toIndex = points.findLastIndex((point) => point.rv === target && point.atMs <= atMs);
    const toAt = points[toIndex];
    const fromAt = points.slice(0, Math.max(0, toIndex)).findLast(({ rv }) => rv === source);
    return [
      {
        why,
        from: { rv: source, epoch: why === 'epochChanged' ? 0 : (fromAt?.epoch ?? 0) },
        to: { rv: target, epoch: why === 'epochChanged' ? 1 : (toAt?.epoch ?? 0) },
        atMs,
      },
    ];
  });
}

export function observations(history: History): readonly Observation[] {
  const baseline = baselineOf(history);
  if (baseline === null) return [];
  const gaps = declaredGaps(history);
  const changes = history.log.filter(
    (revision) =>
      revision.resource === 'pods' &&
      isPast(revision, baseline) &&
      !history.lost.has(revision) &&
      !wasTakenAway(history, revision) &&
      !gaps.some((gap) => isPast(revision, gap.from) && !isPast(revision, gap.to)),
  );
  const entries = [
    ...changes.map((revision) => ({
      at: revision as Place,
      entry: { kind: 'change', revision } as Observation,
    })),
    ...gaps.map(({ to, atMs }) => ({
      at: { rv: to.rv + 0.5, epoch: to.epoch },
      entry: { kind: 'list', pods: history.podsAt(to.rv, to.epoch), atMs } as Observation,
    })),
  ].toSorted((a, b) => a.at.epoch - b.at.epoch || a.at.rv - b.at.rv);
  const { rv, epoch, atMs } = baseline;
  const last = history.restore === null ? 0 : 1;
  return [
    { kind: 'baseline', pods: history.podsAt(rv, epoch), atMs },
    ...entries.map(({ entry }) => entry),
    { kind: 'list', pods: history.podsAt(Number.POSITIVE_INFINITY, last), atMs: history.endMs },
  ];
}

export function isPast(place: Place, than: Place): boolean {
  return place.epoch > than.epoch || (place.epoch === than.epoch && place.rv > than.rv);
}

/** A revision that the API does not know any more. */
export function wasTakenAway({ restore }: History, { epoch, rv }: Place): boolean {
  return restore !== null && epoch === 0 && rv > restore.rv;
}
