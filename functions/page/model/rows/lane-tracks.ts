import { type Lane, laneBeginsMs } from '../runs/lane.ts';
import { naturalKey, plainOrder } from '../text/text-order.ts';
import { kindRank, type OwnerGroup } from './owner-group.ts';
import { type PodSpan, placePods } from './place-pods.ts';

/**
 * What shares a line: one container of one Pod, or that of Pods that came one after the other.
 *
 * @property key unique on the page, and the same as long as the line stands for the same.
 * @property slot the same for the containers of a Pod.
 * @property lanes by their beginning; none overlap.
 */
export type Track = { readonly key: string; readonly slot: string; readonly lanes: readonly Lane[] };

/** Which slots the Pods of a group have, by what decides who may share. */
export type TrackSlots = Map<string, Map<string, number>>;

/** A container that failed may start again in its Pod: the kubelet waits five minutes at most. */
const HOLD_MS = 310_000;
const NAMED = /^(StatefulSet|Node)\//;

/** One line for each container of each Pod. */
export function podTracks({ lanes }: OwnerGroup): readonly Track[] {
  return lanes.map((lane) => ({ key: lane.key, slot: lane.podUid, lanes: [lane] }));
}

/**
 * Pods that do not overlap share their lines: those of a ReplicaSet or of a Job's series all, of a StatefulSet who has
 * the same name, of a DaemonSet who is on the same node.
 *
 * @param known the slots there are; Pods keep them.
 */
export function packedTracks(group: OwnerGroup, known: TrackSlots): readonly Track[] {
  const rooms = new Map<string, Lane[]>();
  for (const lane of group.lanes) {
    const room = roomOf(group.owner, lane);
    const members = rooms.get(room);
    if (members === undefined) rooms.set(room, [lane]);
    else members.push(lane);
  }
  return [...rooms]
    .sort(([a], [b]) => plainOrder(naturalKey(a), naturalKey(b)))
    .flatMap(([room, lanes]) => packRoom(`${group.key} ${room}`, lanes, slotsOf(known, room)));
}

function slotsOf(known: TrackSlots, room: string): Map<string, number> {
  const slots = known.get(room) ?? new Map<string, number>();
  known.set(room, slots);
  return slots;
}

function packRoom(room: string, lanes: readonly Lane[], slots: Map<string, number>): readonly Track[] {
  placePods(podSpans(lanes), slots);
  const lines = new Map<string, { readonly slot: number; readonly lanes: Lane[] }>();
  for (const lane of lanes) {
    const slot = slots.get(lane.podUid) ?? 0;
    const key = `${room} ${slot} ${lane.containerKind} ${lane.container}`;
    const line = lines.get(key);
    if (line === undefined) lines.set(key, { slot, lanes: [lane] });
    else line.lanes.push(lane);
  }
  return [...lines]
    .map(([key, line]) => ({ key, ...line, first: line.lanes[0] as Lane }))
    .sort(
      (a, b) =>
        a.slot - b.slot ||
        kindRank(a.first) - kindRank(b.first) ||
        plainOrder(naturalKey(a.first.container), naturalKey(b.first.container)),
    )
    .map(({ key, slot, lanes: members }) => ({
      key,
      slot: `${room} ${slot}`,
      lanes: members.sort((a, b) => laneBeginsMs(a) - laneBeginsMs(b)),
    }));
}

/** Who may share a line with whom. */
function roomOf(owner: string | null, { pod, node }: Lane): string {
  if (owner === null || NAMED.test(owner)) return pod;
  return owner.startsWith('DaemonSet/') ? (node ?? pod) : '';
}

function podSpans(lanes: readonly Lane[]): readonly PodSpan[] {
  const spans = new Map<string, PodSpan>();
  for (const lane of lanes) {
    const uid = lane.podUid;
    const known = spans.get(uid);
    const beginsMs = Math.min(known?.beginsMs ?? Number.POSITIVE_INFINITY, laneBeginsMs(lane));
    spans.set(uid, { uid, beginsMs, endsMs: Math.max(known?.endsMs ?? 0, needsUntilMs(lane)) });
  }
  return [...spans.values()];
}

function needsUntilMs({ latestEnds, runs, owner }: Lane): number {
  const endMs = latestEnds.at(-1) ?? 0;
  const comesBack = !owner?.startsWith('Job/') && runs.at(-1)?.stop === null;
  return comesBack ? endMs + HOLD_MS : endMs;
}
