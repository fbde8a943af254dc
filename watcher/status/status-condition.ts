/** One of `status.conditions`, as Kubernetes has them. */
export type StatusCondition = {
  readonly type: 'Ready' | 'Delivering';
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  /** RFC 3339 in whole seconds: since when `status` is what it is. */
  readonly lastTransitionTime: string;
};

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** What a condition says, before it is known since when. */
export type Verdict = Pick<StatusCondition, 'status' | 'reason' | 'message'>;

/** Bytes of a message, at most; the CRD allows as many characters. */
const MOST_MESSAGE_BYTES = 1024;

/**
 * Makes a condition of a verdict. Its time moves only when its status does, not when only the reason changes.
 *
 * @param before the same condition as it was; null when there was none.
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 */
export function conditionOf(
  type: StatusCondition['type'],
  { status, reason, message }: Verdict,
  {
    before,
    generation,
    nowMs,
  }: { readonly before: StatusCondition | null; readonly generation: number; readonly nowMs: number },
): StatusCondition {
  return {
    type,
    status,
    reason,
    message: shortened(message),
    observedGeneration: generation,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : statusTime(nowMs),
  };
}

/** RFC 3339 in whole seconds, as Kubernetes writes times. @param timeMs wall time. */
export function statusTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function shortened(message: string): string {
  const bytes = Buffer.from(message, 'utf8');
  if (bytes.length <= MOST_MESSAGE_BYTES) return message;
  const cut = new TextDecoder().decode(bytes.subarray(0, MOST_MESSAGE_BYTES - 3), { stream: true });
  return `${cut}…`;
}
