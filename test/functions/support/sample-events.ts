import { createHash } from 'node:crypto';
import { EVENT_TYPE } from '../../../protocol/event-type.ts';
import type {
  ContainerEvent,
  PostStartEvent,
  PostStopEvent,
  PreStopEvent,
} from '../../../protocol/lifecycle-event.ts';

export type Sample = {
  readonly key: string;
  readonly timeMs?: number;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly labels?: Readonly<Record<string, string>>;
};

const DEFAULT_TIME_MS = Date.UTC(2026, 10, 22, 14, 24, 1);

/** A well-formed id that depends on the key alone. */
export function sampleId(key: string): string {
  const digest = createHash('sha256').update(key).digest();
  return `evt_${Array.from({ length: 36 }, (_, index) => 'abcdefghijklmnopqrstuvwxyz234567'[(digest[index % 32] ?? 0) & 31]).join('')}`;
}

export function postStart(sample: Sample): PostStartEvent {
  return { ...envelope(sample), type: EVENT_TYPE.postStart, data: { hook: 'postStart', ...facts(sample) } };
}

export function preStop(sample: Sample): PreStopEvent {
  const stop = { trigger: 'podDeleted', reason: null, gracePeriodSeconds: 30, deadline: null } as const;
  return { ...envelope(sample), type: EVENT_TYPE.preStop, data: { hook: 'preStop', ...facts(sample), stop } };
}

export function postStop(sample: Sample, code: number | null, reason: string | null): PostStopEvent {
  const exit = { code, signal: null, reason, finishedAt: null };
  return {
    ...envelope(sample),
    type: EVENT_TYPE.postStop,
    data: { hook: 'postStop', ...facts(sample), exit },
  };
}

function envelope({ key, timeMs = DEFAULT_TIME_MS }: Sample) {
  const time = new Date(timeMs).toISOString();
  return {
    specversion: '1.0',
    id: sampleId(key),
    source: 'urn:offhook:cluster:c0ffee',
    subject: 'shop/web-1/app',
    time,
    timestamp: time,
    datacontenttype: 'application/json',
    dataschema: 'urn:offhook:schema:container:v1',
    partitionkey: 'uid-1/app',
    sequence: '0000000000000042',
  } as const;
}

function facts({ namespace = 'shop', pod = 'web-1', container = 'app', labels = {} }: Sample) {
  return {
    observation: 'status',
    cluster: { name: 'prod-eu-1', uid: 'c0ffee' },
    pod: { namespace, name: pod, uid: `uid-${pod}`, node: 'node1', labels: { ...labels }, owner: null },
    container: {
      name: container,
      kind: 'app',
      id: `containerd://${pod}`,
      image: 'registry.example/app:1',
      imageId: null,
      restartCount: 0,
      skippedRuns: 0,
      startedAt: null,
    },
  } satisfies Pick<ContainerEvent['data'], 'observation' | 'cluster' | 'pod' | 'container'>;
}
