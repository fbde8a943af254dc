import { type Lane, laneBeginsMs } from '../runs/lane.ts';
import { naturalKey, plainOrder } from '../text/text-order.ts';

/**
 * The containers of one owner.
 *
 * @property owner null for Pods that nobody owns; the Jobs of one CronJob are one: `Job/nightly-*`.
 * @property family what the ReplicaSets of one Deployment have in common; sorts by cluster, namespace and name.
 * @property lanes in the order of one lane a Pod.
 */
export type OwnerGroup = {
  readonly key: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly owner: string | null;
  readonly family: string;
  readonly beginsMs: number;
  readonly lanes: readonly Lane[];
};

const KINDS = ['init', 'sidecar', 'app', 'ephemeral'];
/** Owners that name their Pods by chance: their Pods stand in the order in which they came. */
const NAMED_BY_CHANCE = /^(ReplicaSet|Job)\//;

/** The lanes of each owner, by the keys of their groups. */
export function partitionByOwner(lanes: Iterable<Lane>): ReadonlyMap<string, readonly Lane[]> {
  const groups = new Map<string, Lane[]>();
  for (const lane of lanes) {
    const key = `${lane.cluster} ${lane.namespace} ${seriesOf(lane.owner) ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [lane]);
    else group.push(lane);
  }
  return groups;
}

/** @param lanes all of one owner, at least one, in any order. */
export function toOwnerGroup(key: string, lanes: readonly Lane[]): OwnerGroup {
  const [first] = lanes;
  const [cluster, namespace] = [first?.cluster ?? '', first?.namespace ?? ''];
  const owner = seriesOf(first?.owner ?? null);
  const timeFirst = NAMED_BY_CHANCE.test(owner ?? '');
  const sorted = placed(lanes).sort((a, b) => {
    const byTime = a.begin - b.begin;
    const byName = plainOrder(a.pod, b.pod);
    return (
      (timeFirst ? byTime || byName : byName || byTime) ||
      plainOrder(a.lane.podUid, b.lane.podUid) ||
      a.kind - b.kind ||
      plainOrder(a.container, b.container) ||
      plainOrder(a.lane.key, b.lane.key)
    );
  });
  return {
    ...{ key, cluster, namespace, owner },
    family: [cluster, namespace, stem(owner)].map(naturalKey).join('\0'),
    beginsMs: Math.min(...sorted.map(({ begin }) => begin)),
    lanes: sorted.map(({ lane }) => lane),
  };
}

/** What a lane is sorted by, worked out once: there can be ten thousand of them. */
function placed(lanes: readonly Lane[]) {
  const begins = new Map<string, number>();
  for (const lane of lanes) {
    begins.set(
      lane.podUid,
      Math.min(begins.get(lane.podUid) ?? Number.POSITIVE_INFINITY, laneBeginsMs(lane)),
    );
  }
  return lanes.map((lane) => ({
    lane,
    begin: begins.get(lane.podUid) ?? 0,
    pod: naturalKey(lane.pod),
    kind: kindRank(lane),
    container: naturalKey(lane.container),
  }));
}

/** Init containers come first, then sidecars, then the rest. */
export function kindRank({ containerKind }: Lane): number {
  return KINDS.indexOf(containerKind);
}

/** By cluster, namespace and name; Pods without an owner last, the older ReplicaSet of a Deployment first. */
export function byPlace(a: OwnerGroup, b: OwnerGroup): number {
  return plainOrder(a.family, b.family) || a.beginsMs - b.beginsMs || plainOrder(a.key, b.key);
}

/** A CronJob names its Jobs by the minute they are due: each has one Pod, and hardly deserves a heading. */
function seriesOf(owner: string | null): string | null {
  return owner?.replace(/^(Job\/.+)-\d{7,}$/, '$1-*') ?? null;
}

/** What the ReplicaSets of one Deployment have in common. */
function stem(owner: string | null): string {
  if (owner === null) return '\uffff';
  const name = owner.slice(owner.indexOf('/') + 1);
  return NAMED_BY_CHANCE.test(owner) ? name.replace(/-[0-9a-z*]+$/, '') : name;
}
