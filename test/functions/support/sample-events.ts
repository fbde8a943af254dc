import { EVENT_TYPE } from '../../../protocol/event/event-type.ts';
import type {
  ContainerEvent,
  LifecycleEvent,
  PostStartEvent,
  PostStopEvent,
  PreStopEvent,
} from '../../../protocol/event/lifecycle-event.ts';
import { withIdentity } from '../../support/with-identity.ts';

/** @property key tells events apart: it is the containerID of the run. */
export type Sample = {
  readonly key: string;
  readonly timeMs?: number;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly labels?: Readonly<Record<string, string>>;
};

const DEFAULT_TIME_MS = Date.UTC(2026, 10, 22, 14, 24, 1);

const made = new Map<string, string>();

/** The id of the event that was last made of this key; of its postStart when none was. */
export function sampleId(key: string): string {
  return made.get(key) ?? postStart({ key }).id;
}

/** Files of tests that share their modules begin anew. */
export function forgetSamples(): void {
  made.clear();
}

/** With the identity that a watcher would give it. */
function make<E extends LifecycleEvent>({ key }: Sample, event: E): E {
  const real = withIdentity(event);
  made.set(key, real.id);
  return real;
}

export function postStart(sample: Sample): PostStartEvent {
  return make(sample, {
    ...envelope(sample),
    type: EVENT_TYPE.postStart,
    data: { hook: 'postStart', ...facts(sample) },
  });
}

export function preStop(sample: Sample): PreStopEvent {
  const stop = { trigger: 'podDeleted', reason: null, gracePeriodSeconds: 30, deadline: null } as const;
  return make(sample, {
    ...envelope(sample),
    type: EVENT_TYPE.preStop,
    data: { hook: 'preStop', ...facts(sample), stop },
  });
}

export function postStop(sample: Sample, code: number | null, reason: string | null): PostStopEvent {
  const exit = { code, signal: null, reason, finishedAt: null };
  return make(sample, {
    ...envelope(sample),
    type: EVENT_TYPE.postStop,
    data: { hook: 'postStop', ...facts(sample), exit },
  });
}

function envelope({ timeMs = DEFAULT_TIME_MS }: Sample) {
  const time = new Date(timeMs).toISOString();
  return {
    specversion: '1.0',
    id: '',
    source: '',
    subject: 'shop/web-1/app',
    time,
    timestamp: time,
    datacontenttype: 'application/json',
    dataschema: 'urn:offhook:schema:container:v1',
    partitionkey: '',
    sequence: '0000000000000042',
  } as const;
}

function facts({ key, namespace = 'shop', pod = 'web-1', container = 'app', labels = {} }: Sample) {
  return {
    observation: 'status',
    cluster: { name: 'prod-eu-1', uid: 'c0ffee' },
    pod: { namespace, name: pod, uid: `uid-${pod}`, node: 'node1', labels: { ...labels }, owner: null },
    container: {
      name: container,
      kind: 'app',
      id: `containerd://${key}`,
      image: 'registry.example/app:1',
      imageId: null,
      restartCount: 0,
      skippedRuns: 0,
      startedAt: null,
    },
  } satisfies Pick<ContainerEvent['data'], 'observation' | 'cluster' | 'pod' | 'container'>;
}
