import { integer, isRecord, text } from '../lifecycle/snapshot/json-field.ts';

/** A Lease as it was read: the fields used here, and the whole object to write back with what others put there. */
export type LeaseRecord = {
  /** Empty when nobody holds it. */
  readonly holder: string;
  readonly durationMs: number;
  readonly transitions: number;
  /** What the holder says of its deliveries; null when it says nothing. */
  readonly claim: string | null;
  /** Changes with every renewal. */
  readonly token: string;
  readonly object: Readonly<Record<string, unknown>>;
};

const CLAIM_ANNOTATION = 'offhook.dev/delivered';
/** A Lease without a sensible duration is waited for this long; nothing else bounds it. */
const LONGEST_DURATION_MS = 300_000;

/** Reads a coordination.k8s.io/v1 Lease; null when it is none. */
export function readLease(object: unknown): LeaseRecord | null {
  if (!isRecord(object) || !isRecord(object.metadata)) return null;
  const spec = isRecord(object.spec) ? object.spec : {};
  const annotations = isRecord(object.metadata.annotations) ? object.metadata.annotations : {};
  const holder = text(spec.holderIdentity) ?? '';
  const transitions = integer(spec.leaseTransitions) ?? 0;
  const seconds = integer(spec.leaseDurationSeconds) ?? 0;
  return {
    holder,
    durationMs: Math.min(Math.max(0, seconds * 1000), LONGEST_DURATION_MS),
    transitions,
    claim: text(annotations[CLAIM_ANNOTATION]),
    token: JSON.stringify([holder, transitions, spec.renewTime, spec.acquireTime]),
    object,
  };
}

type LeaseHolding = {
  readonly namespace: string;
  readonly name: string;
  /** Empty gives the Lease free. */
  readonly holder: string;
  readonly durationMs: number;
  /** Wall time, for people who read the Lease; no replica compares it with its own clock. */
  readonly nowMs: number;
  /** undefined keeps what the Lease says. */
  readonly claim?: string | undefined;
};

/** The Lease to write in the place of `current`, whose resourceVersion makes a write over a newer one fail. */
export function writeLease(current: LeaseRecord | null, holding: LeaseHolding): Record<string, unknown> {
  const { namespace, name, holder, durationMs, nowMs, claim } = holding;
  const metadata = recordOf(current?.object.metadata);
  const spec = recordOf(current?.object.spec);
  const now = microTime(nowMs);
  const changesHands = holder !== '' && holder !== current?.holder;
  return {
    ...current?.object,
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...metadata,
      namespace,
      name,
      annotations: {
        ...recordOf(metadata.annotations),
        ...(claim !== undefined && { [CLAIM_ANNOTATION]: claim }),
      },
    },
    spec: {
      ...spec,
      holderIdentity: holder,
      leaseDurationSeconds: holder === '' ? 1 : Math.ceil(durationMs / 1000),
      renewTime: now,
      acquireTime: changesHands ? now : (spec.acquireTime ?? now),
      leaseTransitions: (current?.transitions ?? 0) + (changesHands && current !== null ? 1 : 0),
    },
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

/** meta/v1 MicroTime: RFC 3339 with six fraction digits. */
function microTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace('Z', '000Z');
}
