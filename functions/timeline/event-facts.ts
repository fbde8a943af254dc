import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import type { CarriedSignature } from '../ingress/carried-signature.ts';

/** How a run of a container ended, as far as anyone knows; `oomKilled` before `error`. */
export const END_OUTCOMES = ['completed', 'error', 'oomKilled', 'unknown'] as const;
export type EndOutcome = (typeof END_OUTCOMES)[number];

/**
 * What the audit trail says about an event, in its own words: identity, times and outcome, never labels, images,
 * environment or messages. null where the event does not say, or concerns no container. The event itself is kept
 * beside it, byte for byte.
 *
 * @property stream the CloudEvents `source`, `urn:offhook:cluster:<uid>`: the chain it belongs to.
 * @property type the CloudEvents type; one that ends in `.amended` replaces what an earlier event said.
 * @property namespace the Pod's, or the one that a gap concerns; null for a gap that may concern any.
 * @property owner `<kind>/<name>`, for example `ReplicaSet/web-6d4cf`.
 * @property reason why: the exit reason, the stop trigger or the condition behind it, the failed hook, or why there
 *   is a gap.
 * @property outcome only on postStop.
 * @property startedAtMs when the run started, by the kubelet. `deadlineMs`: when the grace period ends (preStop).
 * @property gapFromMs the last moment before a gap whose history is known; the gap ends at `occurredAtMs`.
 * @property occurredAtMs when it happened by Kubernetes' own clock, whole seconds.
 * @property receivedAtMs when the receiver took it; `recordedAtMs`: when the audit handler ran, for the `attempt`th time.
 * @property bodySha256 of the stored bytes, in hexadecimal.
 * @property signed the headers it came with, and whether they were verified; null where it came over a trusted bus
 *   without any.
 *
 * All times are milliseconds since the epoch.
 */
export type EventFacts = {
  readonly stream: string;
  readonly eventId: string;
  readonly hook: string;
  readonly type: string;
  readonly cluster: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly podUid: string | null;
  readonly owner: string | null;
  readonly node: string | null;
  readonly container: string | null;
  readonly containerId: string | null;
  readonly containerKind: string | null;
  readonly restartCount: number | null;
  readonly skippedRuns: number | null;
  readonly observation: string | null;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly reason: string | null;
  readonly outcome: EndOutcome | null;
  readonly startedAtMs: number | null;
  readonly deadlineMs: number | null;
  readonly gracePeriodSeconds: number | null;
  readonly gapFromMs: number | null;
  readonly partitionKey: string;
  readonly sequence: string;
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  readonly recordedAtMs: number;
  readonly attempt: number;
  readonly bodySha256: string;
  readonly signed: CarriedSignature | null;
};

type Circumstances = Pick<EventFacts, 'receivedAtMs' | 'recordedAtMs' | 'attempt' | 'bodySha256' | 'signed'>;

/** What is kept of an event that was received and recorded under these circumstances. */
export function eventFacts(event: LifecycleEvent, circumstances: Circumstances): EventFacts {
  const { data } = event;
  const stop = data.hook === 'preStop' ? data.stop : null;
  const exit = data.hook === 'postStop' ? data.exit : null;
  return {
    stream: event.source,
    eventId: event.id,
    hook: data.hook,
    type: event.type,
    cluster: data.cluster.name,
    ...containerFacts(event),
    exitCode: exit?.code ?? null,
    signal: exit?.signal ?? null,
    reason: reasonOf(event),
    outcome: exit === null ? null : endOutcome(exit),
    deadlineMs: epochMs(stop?.deadline),
    gracePeriodSeconds: stop?.gracePeriodSeconds ?? null,
    gapFromMs: data.hook === 'gap' ? epochMs(data.from.time) : null,
    partitionKey: event.partitionkey,
    sequence: event.sequence,
    occurredAtMs: Date.parse(event.time),
    ...circumstances,
  };
}

function containerFacts({ data }: LifecycleEvent) {
  const none = data.hook === 'gap' || data.hook === 'disabled';
  const pod = none ? null : data.pod;
  const container = none ? null : data.container;
  const owner = pod?.owner ?? null;
  return {
    namespace: (data.hook === 'gap' ? data.namespace : pod?.namespace) ?? null,
    pod: pod?.name ?? null,
    podUid: pod?.uid ?? null,
    owner: owner === null ? null : `${owner.kind}/${owner.name}`,
    node: pod?.node ?? null,
    container: container?.name ?? null,
    containerId: container?.id ?? null,
    containerKind: container?.kind ?? null,
    restartCount: container?.restartCount ?? null,
    skippedRuns: container?.skippedRuns ?? null,
    observation: none ? null : data.observation,
    startedAtMs: epochMs(container?.startedAt),
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

/** The kubelet reports an OOM kill as a reason beside exit code 137. */
function endOutcome({
  code,
  reason,
}: {
  readonly code: number | null;
  readonly reason: string | null;
}): EndOutcome {
  if (code === 0) return 'completed';
  if (reason === 'OOMKilled') return 'oomKilled';
  return code === null ? 'unknown' : 'error';
}

/** null also for what is not a time: Kubernetes' own times are passed on as they came. */
function epochMs(time: string | null | undefined): number | null {
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
