import { hasReached } from '../source/api/resource-version.ts';
import type { ObjectReference } from '../subscriptions/objects/object-standing.ts';
import { type ObjectStatus, objectStatus, type StatusInputs } from './object-status.ts';
import { readObjectStatus } from './read-object-status.ts';
import { type StatusDifference, statusDifference } from './status-difference.ts';
import type { WriteResult } from './write-result.ts';

/** So often at most is an object written for a condition, and for counters. */
const CONDITION_EVERY_MS = 5_000;
const COUNTERS_EVERY_MS = 60_000;
/** What was seen a moment ago is mostly accepted a moment later: one write instead of two. */
const PENDING_GRACE_MS = 2_000;
/** After a write that was refused: so long, doubled with each one more. */
const FIRST_HOLD_MS = 5_000;
const LONGEST_HOLD_MS = 300_000;
/** Of a deleted object the watch will tell. */
const MISSING_HOLD_MS = 60_000;
/** Every so many writes the one that waits longest has its turn, whatever it has to say. */
const TURN_OF_ALL = 5;

type Entry = {
  inputs: StatusInputs;
  /** What the object said when it was read last. */
  shown: Partial<ObjectStatus>;
  written: Written | null;
  desired: ObjectStatus;
  difference: StatusDifference | null;
  readonly sinceMs: number;
  writtenAtMs: number;
  /** When it was tried last: whoever waits longest is first. */
  turnAtMs: number;
  holdUntilMs: number;
  refusals: number;
};

/** `over`: the object's resourceVersion when it was written; `resourceVersion`: since then, where the answer told. */
type Written = {
  readonly status: ObjectStatus;
  readonly over: string;
  readonly resourceVersion: string | null;
};

export type DueStatus = { readonly object: ObjectReference; readonly status: ObjectStatus };

/** What every object says, what it ought to say, and when it may be told. Times are monotonic milliseconds. */
interface StatusLedger {
  /** Everything there is now; whatever is missing is forgotten. */
  look(all: Iterable<StatusInputs>): void;
  /** What to write now; null: nothing. */
  next(): DueStatus | null;
  /** What came of it. @param resourceVersion of the object since then. */
  settle(due: DueStatus, result: WriteResult, resourceVersion: string | null): void;
  forgetAll(): void;
}

type Times = { readonly nowMs: () => number; readonly monotonicMs: () => number };

/**
 * @param declared a status without what the cluster's CRD does not know.
 */
export function createStatusLedger(
  clock: Times,
  declared: (object: ObjectReference, status: ObjectStatus) => ObjectStatus,
): StatusLedger {
  const entries = new Map<string, Entry>();
  let turns = 0;

  function judge(entry: Entry): void {
    const { inputs } = entry;
    const { object } = inputs.standing;
    const said = saidBy(entry);
    // Whoever overwrote some of it has not undone what came before.
    const before = { ...entry.written?.status, ...said };
    entry.desired = declared(object, objectStatus(inputs, before, clock.nowMs()));
    entry.difference = statusDifference(said, entry.desired);
  }

  function update(entry: Entry, inputs: StatusInputs): void {
    const before = entry.inputs;
    if (sameInputs(before, inputs)) return;
    entry.inputs = inputs;
    if (before.standing.object.status !== inputs.standing.object.status)
      entry.shown = readObjectStatus(inputs.standing.object.status);
    judge(entry);
  }

  function admit(uid: string, inputs: StatusInputs): void {
    const shown = readObjectStatus(inputs.standing.object.status);
    const desired = declared(inputs.standing.object, objectStatus(inputs, shown, clock.nowMs()));
    entries.set(uid, {
      inputs,
      shown,
      desired,
      written: null,
      difference: statusDifference(shown, desired),
      sinceMs: clock.monotonicMs(),
      writtenAtMs: Number.NEGATIVE_INFINITY,
      turnAtMs: Number.NEGATIVE_INFINITY,
      holdUntilMs: 0,
      refusals: 0,
    });
  }

  function longestWaiting(admits: (entry: Entry) => boolean): Entry | null {
    let first: Entry | null = null;
    for (const entry of entries.values())
      if (
        (first === null || entry.turnAtMs < first.turnAtMs) &&
        isDue(entry, clock.monotonicMs()) &&
        admits(entry)
      )
        first = entry;
    return first;
  }

  function first(): Entry | null {
    const pressing = () => longestWaiting(({ difference }) => difference === 'condition');
    const ofAll = () => longestWaiting(() => true);
    return turns % TURN_OF_ALL === TURN_OF_ALL - 1 ? ofAll() : (pressing() ?? ofAll());
  }

  return {
    look(all) {
      const there = new Set<string>();
      for (const inputs of all) {
        const { uid } = inputs.standing.object;
        there.add(uid);
        const entry = entries.get(uid);
        if (entry === undefined) admit(uid, inputs);
        else update(entry, inputs);
      }
      for (const uid of entries.keys()) if (!there.has(uid)) entries.delete(uid);
    },
    next() {
      for (let entry = first(); entry !== null; entry = first()) {
        // What it would say has become older since, and what the CRD knows may have been learned.
        judge(entry);
        if (entry.difference === null) continue;
        turns += 1;
        entry.turnAtMs = clock.monotonicMs();
        return { object: entry.inputs.standing.object, status: entry.desired };
      }
      return null;
    },
    settle({ object, status }, result, resourceVersion) {
      const entry = entries.get(object.uid);
      if (entry === undefined) return;
      const nowMs = clock.monotonicMs();
      if (result === 'written') {
        entry.written = { status, over: object.resourceVersion, resourceVersion };
        entry.writtenAtMs = nowMs;
        entry.refusals = 0;
      } else {
        const refusedMs = Math.min(FIRST_HOLD_MS * 2 ** entry.refusals, LONGEST_HOLD_MS);
        entry.holdUntilMs = nowMs + (result === 'missing' ? MISSING_HOLD_MS : refusedMs);
        entry.refusals += 1;
      }
      judge(entry);
    },
    forgetAll: () => entries.clear(),
  };
}

/** Until the watch has come as far as the last write, the object says what was written. */
function saidBy({ inputs, shown, written }: Entry): Partial<ObjectStatus> {
  if (written === null) return shown;
  const { resourceVersion } = inputs.standing.object;
  const isShown =
    written.resourceVersion === null
      ? resourceVersion !== written.over
      : hasReached(resourceVersion, written.resourceVersion);
  return isShown ? shown : written.status;
}

function isDue(entry: Entry, nowMs: number): boolean {
  const { difference, desired, written, writtenAtMs } = entry;
  if (difference === null || nowMs < entry.holdUntilMs) return false;
  if (desired.conditions[0]?.reason === 'Pending' && nowMs - entry.sinceMs < PENDING_GRACE_MS) return false;
  // Somebody else has written it: with two who know better, the object must not change all the time.
  const isNews =
    difference === 'condition' && statusDifference(written?.status ?? {}, desired) === 'condition';
  return nowMs - writtenAtMs >= (isNews ? CONDITION_EVERY_MS : COUNTERS_EVERY_MS);
}

function sameInputs(a: StatusInputs, b: StatusInputs): boolean {
  return (
    a.standing === b.standing &&
    a.delivery === b.delivery &&
    a.gone === b.gone &&
    a.throttled === b.throttled &&
    a.lastTest === b.lastTest &&
    a.waiting === b.waiting
  );
}
