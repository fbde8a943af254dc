import { type Lane, laneBeginsMs } from '../runs/lane.ts';
import { naturalKey, naturalOrder, plainOrder } from '../text/text-order.ts';

/** A line of the timeline: the heading of an owner's containers, or one container. */
export type Row = GroupRow | LaneRow;
export type GroupRow = {
  readonly kind: 'group';
  readonly key: string;
  readonly group: OwnerGroup;
  readonly collapsed: boolean;
  readonly y: number;
  readonly height: number;
};
/** @property first whether it is the first of its Pod, the one that carries the Pod's name. */
export type LaneRow = {
  readonly kind: 'lane';
  readonly key: string;
  readonly lane: Lane;
  readonly first: boolean;
  readonly last: boolean;
  readonly y: number;
  readonly height: number;
};

/** @property owner null for Pods that nobody owns; the Jobs of one CronJob are one: `Job/nightly-*`. */
export type OwnerGroup = {
  readonly key: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly owner: string | null;
  readonly lanes: readonly Lane[];
};

export type RowHeights = { readonly group: number; readonly lane: number };

const KINDS = ['init', 'sidecar', 'app', 'ephemeral'];
/** Owners that name their Pods by chance: their Pods stand in the order in which they came. */
const NAMED_BY_CHANCE = /^(ReplicaSet|Job)\//;

/** The lanes by their owners: cluster, namespace, owner; the ReplicaSets of one Deployment together, oldest first. */
export function groupByOwner(lanes: Iterable<Lane>): readonly OwnerGroup[] {
  const groups = new Map<string, Lane[]>();
  for (const lane of lanes) {
    const key = `${lane.cluster} ${lane.namespace} ${seriesOf(lane.owner) ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [lane]);
    else group.push(lane);
  }
  return [...groups.entries()].map(toGroup).sort(byPlace);
}

function toGroup([key, lanes]: readonly [string, readonly Lane[]]): OwnerGroup {
  const [first] = lanes;
  const place = {
    cluster: first?.cluster ?? '',
    namespace: first?.namespace ?? '',
    owner: seriesOf(first?.owner ?? null),
  };
  const timeFirst = NAMED_BY_CHANCE.test(place.owner ?? '');
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
  return { key, ...place, lanes: sorted.map(({ lane }) => lane) };
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
    kind: KINDS.indexOf(lane.containerKind),
    container: naturalKey(lane.container),
  }));
}

/** Puts the groups under each other, in pixels from the top. */
export function layOut(
  groups: readonly OwnerGroup[],
  collapsed: ReadonlySet<string>,
  heights: RowHeights,
): { readonly rows: readonly Row[]; readonly height: number } {
  const rows: Row[] = [];
  let y = 0;
  for (const group of groups) {
    const closed = collapsed.has(group.key);
    rows.push({ kind: 'group', key: group.key, group, collapsed: closed, y, height: heights.group });
    y += heights.group;
    if (closed) continue;
    group.lanes.forEach((lane, index) => {
      const first = group.lanes[index - 1]?.podUid !== lane.podUid;
      const last = group.lanes[index + 1]?.podUid !== lane.podUid;
      rows.push({ kind: 'lane', key: lane.key, lane, first, last, y, height: heights.lane });
      y += heights.lane;
    });
  }
  return { rows, height: y };
}

/** The row at a height, or the nearest one; -1 when there are none. */
export function rowIndexAt(rows: readonly Row[], y: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((rows[middle]?.y ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return rows.length === 0 ? -1 : low;
}

function byPlace(a: OwnerGroup, b: OwnerGroup): number {
  return (
    naturalOrder(a.cluster, b.cluster) ||
    naturalOrder(a.namespace, b.namespace) ||
    naturalOrder(stem(a.owner), stem(b.owner)) ||
    begin(a) - begin(b) ||
    plainOrder(a.key, b.key)
  );
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

function begin({ lanes }: OwnerGroup): number {
  return Math.min(...lanes.map(laneBeginsMs));
}
