import type { ObjectStanding } from '../subscriptions/objects/object-standing.ts';
import { deliveringVerdict } from './delivering-verdict.ts';
import type { DeliveryStanding, LastDelivery, LastFailure } from './delivery-standing.ts';
import type { FailureKind } from './failure-kind.ts';
import { readyVerdict } from './ready-verdict.ts';
import { conditionOf, type StatusCondition, statusTime } from './status-condition.ts';
import type { WaitingReport } from './waiting-reports.ts';

/** `status` of a HookSubscription or ClusterHookSubscription. Times are RFC 3339 in whole seconds. */
export type ObjectStatus = {
  readonly observedGeneration: number;
  readonly conditions: readonly StatusCondition[];
  readonly target?: string;
  readonly publicKeys?: readonly string[];
  readonly pending: number;
  readonly oldestPendingTime?: string;
  readonly deadLetters: number;
  readonly lastDelivery?: LastDelivery;
  readonly lastFailure?: LastFailure;
  readonly lastTest?: LastTest;
};

/** What came of the sample event that somebody asked for; `class` only where it failed. */
export type LastTest = {
  readonly id: string;
  readonly time: string;
  readonly statusCode?: number;
  readonly class?: FailureKind;
  readonly message: string;
};

export type StatusInputs = {
  readonly standing: ObjectStanding;
  readonly delivery: DeliveryStanding;
  readonly waiting: WaitingReport;
  /** The receiver ended the subscription, and nobody enabled it again. */
  readonly gone: boolean;
  /** What waits goes out more slowly than it could, or did within the last minute. */
  readonly throttled: boolean;
  /** Left out: as it was before. */
  readonly lastTest?: LastTest | undefined;
};

const MOST_KEYS = 4;
const MOST_TARGET_CHARACTERS = 300;
/** The journal's clock and the wall clock part by so much; a time that moves by less has not changed. */
const SAME_MOMENT_MS = 2_000;

/**
 * What there is to say of a subscription.
 *
 * @param before what the object says of itself: where this run has nothing newer to say, that still holds.
 * @param nowMs wall time.
 */
export function objectStatus(
  inputs: StatusInputs,
  before: Partial<ObjectStatus>,
  nowMs: number,
): ObjectStatus {
  const { standing, delivery, waiting } = inputs;
  const { generation } = standing.object;
  const condition = (type: StatusCondition['type']) =>
    before.conditions?.find((each) => each.type === type) ?? null;
  const known = { generation, nowMs };
  const lastDelivery = later(delivery.lastDelivery, before.lastDelivery, nowMs);
  const lastFailure = later(delivery.lastFailure, before.lastFailure, nowMs);
  const verdict = deliveringVerdict({
    ...inputs,
    ...standing,
    failing: delivery.failing,
    judged: delivery.judged,
    lastClass: lastFailure?.class ?? null,
    beforeReason: condition('Delivering')?.reason ?? null,
    everDelivered: lastDelivery !== undefined,
    nowMs,
  });
  const lastTest = inputs.lastTest ?? before.lastTest;
  const oldestPendingTime = momentOf(waiting.oldestMs, before.oldestPendingTime);
  const target = standing.target?.slice(0, MOST_TARGET_CHARACTERS);
  const publicKeys = standing.publicKeys.slice(0, MOST_KEYS);
  const conditions = [
    conditionOf('Ready', readyVerdict(standing), { ...known, before: condition('Ready') }),
    conditionOf('Delivering', verdict, { ...known, before: condition('Delivering') }),
  ];
  const judged = standing.ready.reason === 'Pending' ? judgedBefore(before) : null;
  return {
    ...(judged ?? { observedGeneration: generation, conditions }),
    ...(target !== undefined && { target }),
    ...(publicKeys.length > 0 && { publicKeys }),
    pending: waiting.pending,
    ...(oldestPendingTime !== undefined && { oldestPendingTime }),
    deadLetters: waiting.dead,
    ...(lastDelivery && { lastDelivery }),
    ...(lastFailure && { lastFailure }),
    ...(lastTest && { lastTest }),
  };
}

/**
 * What an object says that has been looked at before. While it is looked at again (another watcher leads, the API server does
 * not answer), that still holds, and of the generation it speaks of: Ready must not become Unknown at each restart.
 */
function judgedBefore({ observedGeneration, conditions = [] }: Partial<ObjectStatus>) {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (observedGeneration === undefined || ready === undefined || ready.reason === 'Pending') return null;
  return { observedGeneration, conditions };
}

/** An earlier run, or another replica, may know better; a time that has not come yet is nobody's. */
function later<T extends { readonly time: string }>(own: T | null, before: T | undefined, nowMs: number) {
  if (before === undefined || Date.parse(before.time) > nowMs) return own ?? undefined;
  if (own === null) return before;
  return Date.parse(before.time) > Date.parse(own.time) ? before : own;
}

function momentOf(atMs: number | null, before: string | undefined): string | undefined {
  if (atMs === null) return undefined;
  const isSame = before !== undefined && Math.abs(Date.parse(before) - atMs) <= SAME_MOMENT_MS;
  return isSame ? before : statusTime(atMs);
}
