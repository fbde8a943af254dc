import type { LifecycleEvent } from '../../protocol/lifecycle-event.ts';

/**
 * What the audit trail keeps of an event. Null where the event does not say, or concerns no container.
 *
 * @property reason why: the exit reason, the stop trigger, the failed hook, or why there is a gap.
 * @property occurredAtMs when it happened by Kubernetes' own clock, whole seconds, as epoch milliseconds.
 * @property recordedAtMs when the audit handler ran; `attempt` is its run number.
 */
export type AuditRecord = {
  readonly eventId: string;
  readonly hook: string;
  readonly type: string;
  readonly cluster: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly podUid: string | null;
  readonly node: string | null;
  readonly container: string | null;
  readonly containerId: string | null;
  readonly containerKind: string | null;
  readonly restartCount: number | null;
  readonly observation: string | null;
  readonly exitCode: number | null;
  readonly reason: string | null;
  readonly sequence: string;
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  readonly recordedAtMs: number;
  readonly attempt: number;
};

type Times = Pick<AuditRecord, 'receivedAtMs' | 'recordedAtMs' | 'attempt'>;

/** The record of an event: identity and outcome, never labels or images. */
export function auditRecord(event: LifecycleEvent, times: Times): AuditRecord {
  return {
    eventId: event.id,
    hook: event.data.hook,
    type: event.type,
    cluster: event.data.cluster.name,
    ...containerFacts(event),
    exitCode: event.data.hook === 'postStop' ? event.data.exit.code : null,
    reason: reasonOf(event),
    sequence: event.sequence,
    occurredAtMs: Date.parse(event.time),
    ...times,
  };
}

function containerFacts({ data }: LifecycleEvent) {
  const none = data.hook === 'gap' || data.hook === 'disabled';
  const pod = none ? null : data.pod;
  const container = none ? null : data.container;
  return {
    namespace: pod?.namespace ?? null,
    pod: pod?.name ?? null,
    podUid: pod?.uid ?? null,
    node: pod?.node ?? null,
    container: container?.name ?? null,
    containerId: container?.id ?? null,
    containerKind: container?.kind ?? null,
    restartCount: container?.restartCount ?? null,
    observation: none ? null : data.observation,
  };
}

function reasonOf({ data }: LifecycleEvent): string | null {
  switch (data.hook) {
    case 'preStart':
    case 'postStart':
      return null;
    case 'preStop':
      return data.stop.reason ?? data.stop.trigger;
    case 'postStop':
      return data.exit.reason;
    case 'hookFailed':
      return data.failed;
    case 'gap':
    case 'disabled':
      return data.why;
  }
}
