import { type History, runOf, toldTo } from '../history.ts';
import { declaredGaps, type Interval, isPast } from './observations.ts';
import type { Violation } from './violation.ts';

/**
 * DeclaredGap: what nobody can know is said, and nothing else is called unknown.
 *
 * Demands:
 * - each time the API refused to go on from a resume point of the Pods (410, or too large), a gap is told that begins
 *   at that point or before it, and ends after it;
 * - after etcd was put back behind a durable resume point of the Pods, a gap is told (`epochChanged`);
 * - each gap told has such a refusal, of the same cause, or such a restore, without which none is called `epochChanged`, and begins at a resume point that was durable;
 * - `skippedRuns` of a container add up to the runs that were never told between its first told run and its last, unless
 *   the kubelet began to count anew; then they are at most that many.
 *
 * Tolerates: a gap wider than needed, since what was read and not yet stored is read again; refusals of Events, which
 * are best effort; runs before the first told one; skippedRuns after a restore of etcd, which shows Pods as they were.
 */
export function declaredGap(history: History): readonly Violation[] {
  const violation = (what: string): Violation => ({ validator: 'DeclaredGap', what });
  const gaps = declaredGaps(history);
  const refusals = history.refusals.filter(({ resource }) => resource === 'pods');
  const silent = refusals.filter((refusal) => !gaps.some((gap) => covers(gap, refusal)));
  const false_ = gaps.filter(
    (gap) =>
      (!refusals.some((refusal) => covers(gap, refusal)) && !followsRestore(gap, history)) ||
      (gap.why === 'epochChanged' && history.restore === null),
  );
  const rootless = gaps.filter(
    ({ from }) => !history.commits.some(({ stream, rv }) => stream === 'pods' && rv === from.rv),
  );
  return [
    ...untoldRestore(history, gaps).map(violation),
    ...silent.map(({ why, rv }) => violation(`history after ${rv} was refused (${why}), and no gap told`)),
    ...false_.map(({ why, from, to }) => violation(`a gap ${from.rv} to ${to.rv} (${why}) without a cause`)),
    ...rootless.map(({ from }) => violation(`a gap begins at ${from.rv}, which was never stored`)),
    ...(history.restore === null ? skipped(history).map(violation) : []),
  ];
}

function covers(gap: Interval, refusal: History['refusals'][number]): boolean {
  if (refusal.why === 'tooNew') return gap.why === 'epochChanged' && gap.from.rv <= refusal.rv;
  const sameCause = gap.why === 'expired' || gap.why === 'epochChanged';
  return sameCause && gap.from.rv <= refusal.rv && isPast(gap.to, refusal) && gap.atMs >= refusal.atMs;
}

function followsRestore(gap: Interval, { restore }: History): boolean {
  return (
    restore !== null && gap.why === 'epochChanged' && gap.atMs >= restore.atMs && gap.from.rv > restore.rv
  );
}

function untoldRestore(history: History, gaps: readonly Interval[]): readonly string[] {
  const { restore, commits } = history;
  if (restore === null) return [];
  const before = commits.findLast(({ stream, atMs }) => stream === 'pods' && atMs < restore.atMs);
  const isBehind = before !== undefined && before.epoch === 0 && before.rv > restore.rv;
  if (!isBehind || gaps.some((gap) => followsRestore(gap, history))) return [];
  return [`etcd was put back from ${before.rv} to ${restore.rv}, and no gap told`];
}

function skipped(history: History): readonly string[] {
  const told = new Map<string, { readonly indexes: number[]; skipped: number }>();
  for (const { event } of toldTo(history)) {
    const { data } = event;
    if (data.hook !== 'postStart' && data.hook !== 'postStop') continue;
    const container = `${data.pod.uid}/${data.container.name}`;
    const entry = told.get(container) ?? { indexes: [], skipped: 0 };
    entry.indexes.push(runOf(history, data)?.index ?? 0);
    entry.skipped += data.container.skippedRuns;
    told.set(container, entry);
  }
  return [...told].flatMap(([container, { indexes, skipped: said }]) => {
    const first = Math.min(...indexes);
    const untold = Math.max(...indexes) - first + 1 - new Set(indexes).size;
    const [key = '', name = ''] = container.split('/');
    const truth = history.pods.find((pod) => pod.key === key)?.containers.find((each) => each.name === name);
    // Runs before the first told one are history to the baseline, and skipped for a Pod that came later.
    const most = untold + first;
    if (said > most)
      return [`skippedRuns of ${container} are ${said}, but at most ${most} runs were not told`];
    if (said < untold && !truth?.countReset)
      return [`skippedRuns of ${container} are ${said}, but ${untold} runs were not told`];
    return [];
  });
}
