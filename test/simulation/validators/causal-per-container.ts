import { type History, runOf, type Told, toldTo } from '../history.ts';
import type { Violation } from './violation.ts';

/**
 * CausalPerContainer: the events of a container are in the order in which things happen.
 *
 * Demands:
 * - by sequence, of each run: postStart, then preStop, then postStop, then its amendment, each at most once; preStart
 *   before everything else of the container; runs start in the order in which they really started; of a run whose end was
 *   made up and taken back, the preStop may follow that end;
 * - the subscription with `ordering: container` never sees an event before every earlier one of the same partition was
 *   accepted.
 *
 * Tolerates: hooks that are missing (Complete demands those); a run without postStart (it never started, or was in the
 * baseline); after a restore of etcd, which brings back Pods that were gone, what they are told to do again; any order of arrival at the other subscriptions.
 */
export function causalPerContainer(history: History): readonly Violation[] {
  return [...(history.restore === null ? inSequence(history) : []), ...inArrival(history)];
}

const RANK: Readonly<Record<string, number>> = { preStart: 0, postStart: 1, preStop: 2, postStop: 3 };

function inSequence(history: History): readonly Violation[] {
  const violations: Violation[] = [];
  const reached = new Map<string, number>();
  const newest = new Map<string, number>();
  /** Runs whose preStop was told. */
  const stopped = new Set<string>();
  for (const { event } of toldTo(history)) {
    const { data, type } = event;
    if (
      data.hook !== 'preStart' &&
      data.hook !== 'postStart' &&
      data.hook !== 'preStop' &&
      data.hook !== 'postStop'
    )
      continue;
    const container = `${data.pod.uid}/${data.container.name}`;
    const run = data.hook === 'preStart' ? undefined : runOf(history, data);
    const id = run?.id ?? '';
    const rank = (RANK[data.hook] ?? 0) + (type.endsWith('.amended') ? 1 : 0);
    const what = `${type} of ${container} ${id}`;
    const before = reached.get(`${container} ${id}`) ?? -1;
    const isTakenBack = run?.misjudged && data.hook === 'preStop' && before === RANK.postStop;
    if (isTakenBack && !stopped.has(id)) {
      stopped.add(id);
      continue;
    }
    if (data.hook === 'preStop') stopped.add(id);
    if (before >= rank)
      violations.push({ validator: 'CausalPerContainer', what: `${what} comes late or again` });
    reached.set(`${container} ${id}`, rank);
    if (data.hook === 'preStart' && newest.has(container)) {
      violations.push({ validator: 'CausalPerContainer', what: `${what} comes after a run of it` });
    }
    if (data.hook !== 'postStart') continue;
    const index = run?.index ?? 0;
    if (index < (newest.get(container) ?? -1)) {
      violations.push({ validator: 'CausalPerContainer', what: `${what} comes after a newer run` });
    }
    newest.set(container, index);
  }
  return violations;
}

function inArrival(history: History): readonly Violation[] {
  const events = toldTo(history, 'ordered');
  const earlier = earlierOfPartition(events);
  const arrivals = history.arrivals.filter(({ subscription }) => subscription === 'ordered');
  const accepted = new Set<string>();
  const violations: Violation[] = [];
  for (const { id, accepted: taken } of arrivals) {
    const early = earlier.get(id)?.find((each) => !accepted.has(each));
    const isFirst = !accepted.has(id);
    if (early !== undefined && isFirst) {
      violations.push({ validator: 'CausalPerContainer', what: `${id} overtook ${early} of its partition` });
    }
    if (taken) accepted.add(id);
  }
  return violations;
}

function earlierOfPartition(events: readonly Told[]): ReadonlyMap<string, readonly string[]> {
  const partitions = new Map<string, string[]>();
  const earlier = new Map<string, readonly string[]>();
  for (const { id, event } of events) {
    const partition = partitions.get(event.partitionkey) ?? [];
    earlier.set(id, [...partition]);
    partition.push(id);
    partitions.set(event.partitionkey, partition);
  }
  return earlier;
}
