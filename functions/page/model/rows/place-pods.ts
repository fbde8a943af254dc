import { plainOrder } from '../text/text-order.ts';
import { createMinHeap } from './min-heap.ts';

/** From when until when a Pod needs its place; +Infinity while it lives. */
export type PodSpan = { readonly uid: string; readonly beginsMs: number; readonly endsMs: number };

/** What stands in one slot, by its beginning; none overlap. */
type Slot = PodSpan[];

/** Where older Pods come in between, so many slots are looked at for a free stretch. */
const MOST_TRIED = 200;

/**
 * Gives each Pod a slot in which no other stands at the same time: the first that is free, the oldest Pod first. Who
 * has a slot keeps it, whatever comes in before or after, unless somebody turns out to have been there at the time:
 * then the younger moves.
 *
 * @param slots the slots there are, by the Pods' UIDs; new ones are added.
 */
export function placePods(spans: readonly PodSpan[], slots: Map<string, number>): void {
  const taken: Slot[] = [];
  const homeless: PodSpan[] = [];
  for (const span of spans.toSorted(byBeginning)) {
    const slot = slots.get(span.uid);
    if (slot === undefined || !put(slotAt(taken, slot), span)) homeless.push(span);
  }
  const youngestMs = Math.max(Number.NEGATIVE_INFINITY, ...taken.map((slot) => slot?.at(-1)?.beginsMs ?? 0));
  for (const span of homeless) {
    if (span.beginsMs < youngestMs) slots.set(span.uid, placeBetween(taken, span));
  }
  placeAfter(
    taken,
    homeless.filter(({ beginsMs }) => beginsMs >= youngestMs),
    slots,
  );
}

function placeBetween(taken: Slot[], span: PodSpan): number {
  for (let slot = 0; slot < Math.min(taken.length, MOST_TRIED); slot += 1) {
    if (put(slotAt(taken, slot), span)) return slot;
  }
  taken.push([span]);
  return taken.length - 1;
}

/** Places those after whom nobody stands yet, by age: whoever leaves makes room. */
function placeAfter(taken: Slot[], spans: readonly PodSpan[], slots: Map<string, number>): void {
  const busy = createMinHeap();
  const free = createMinHeap();
  for (let slot = 0; slot < taken.length; slot += 1) {
    busy.push(taken[slot]?.at(-1)?.endsMs ?? Number.NEGATIVE_INFINITY, slot);
  }
  let count = taken.length;
  for (const { uid, beginsMs, endsMs } of spans) {
    while (busy.least() <= beginsMs) {
      const left = busy.pop() ?? 0;
      free.push(left, left);
    }
    let slot = free.pop();
    if (slot === undefined) {
      slot = count;
      count += 1;
    }
    slots.set(uid, slot);
    busy.push(endsMs, slot);
  }
}

function slotAt(taken: Slot[], index: number): Slot {
  const known = taken[index] ?? [];
  taken[index] = known;
  return known;
}

/** Puts it where it belongs, if there is room. */
function put(slot: Slot, span: PodSpan): boolean {
  let low = 0;
  let high = slot.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = slot[middle];
    if (other !== undefined && isBefore(other, span)) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [slot[low - 1], slot[low]];
  const fits =
    (before?.endsMs ?? 0) <= span.beginsMs && (after?.beginsMs ?? Number.POSITIVE_INFINITY) >= span.endsMs;
  if (fits) slot.splice(low, 0, span);
  return fits;
}

/** Who began at the same moment comes before when it was over at once: then the other may stand behind it. */
function isBefore(other: PodSpan, { beginsMs }: PodSpan): boolean {
  return other.beginsMs < beginsMs || (other.beginsMs === beginsMs && other.endsMs === beginsMs);
}

function byBeginning(a: PodSpan, b: PodSpan): number {
  return a.beginsMs - b.beginsMs || plainOrder(a.uid, b.uid);
}
