import { EVENT_TYPE } from '../../../protocol/event/event-type.ts';
import type {
  DisabledEvent,
  GapEvent,
  HookFailedEvent,
  LifecycleEvent,
  PostStartEvent,
  PostStopAmendedEvent,
  PostStopEvent,
  PreStartEvent,
  PreStopEvent,
} from '../../../protocol/event/lifecycle-event.ts';

/** One valid event of every type. Fixed values: they are also compared between runtimes. */

const clusterUid = '3f1c2d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f';
const podUid = '0f8fad5b-d9cb-469f-a165-70867728950e';
const time = '2026-11-22T14:24:01.000Z';
const cluster = { name: 'prod-eu-1', uid: clusterUid };

const envelope = {
  specversion: '1.0' as const,
  id: 'evt_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  source: `urn:offhook:cluster:${clusterUid}`,
  subject: 'shop/web-7c9f5d-abcde/app',
  time,
  timestamp: time,
  datacontenttype: 'application/json' as const,
  dataschema: 'urn:offhook:schema:container:v1',
  partitionkey: `${podUid}/app`,
  sequence: '0000000000000042',
};

const containerData = {
  observation: 'status' as const,
  cluster,
  pod: {
    namespace: 'shop',
    name: 'web-7c9f5d-abcde',
    uid: podUid,
    node: 'node1',
    labels: { app: 'checkout', 'app.kubernetes.io/name': 'web' },
    owner: { kind: 'ReplicaSet', name: 'web-7c9f5d' },
  },
  container: {
    name: 'app',
    kind: 'app' as const,
    id: 'containerd://6b1f0e6f3c',
    image: 'docker.io/library/busybox:1.37',
    imageId: 'docker.io/library/busybox@sha256:0123',
    restartCount: 0,
    skippedRuns: 0,
    startedAt: '2026-11-22T14:22:13Z',
  },
};
const exit = { code: 137, signal: null, reason: 'OOMKilled', finishedAt: '2026-11-22T14:24:01Z' };

export const preStart: PreStartEvent = {
  ...envelope,
  type: EVENT_TYPE.preStart,
  data: {
    hook: 'preStart',
    ...containerData,
    container: { ...containerData.container, id: null, imageId: null, startedAt: null },
  },
};
export const postStart: PostStartEvent = {
  ...envelope,
  type: EVENT_TYPE.postStart,
  data: { hook: 'postStart', ...containerData },
};
export const preStop: PreStopEvent = {
  ...envelope,
  type: EVENT_TYPE.preStop,
  expirytime: '2026-11-22T14:24:11.000Z',
  data: {
    hook: 'preStop',
    ...containerData,
    stop: {
      trigger: 'podDeleted',
      reason: null,
      gracePeriodSeconds: 30,
      deadline: '2026-11-22T14:24:11Z',
    },
  },
};
export const postStop: PostStopEvent = {
  ...envelope,
  type: EVENT_TYPE.postStop,
  data: { hook: 'postStop', ...containerData, exit },
};
export const postStopAmended: PostStopAmendedEvent = {
  ...envelope,
  type: EVENT_TYPE.postStopAmended,
  data: { hook: 'postStop', ...containerData, exit, amends: 'evt_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' },
};
export const hookFailed: HookFailedEvent = {
  ...envelope,
  type: EVENT_TYPE.hookFailed,
  data: {
    hook: 'hookFailed',
    ...containerData,
    observation: 'event',
    failed: 'preStop',
    event: { uid: '7c9e6679-7425-40de-944b-e07fc1f90ae7', count: 3 },
  },
};
export const gap: GapEvent = {
  ...envelope,
  type: EVENT_TYPE.gap,
  subject: 'watch',
  dataschema: 'urn:offhook:schema:gap:v1',
  partitionkey: clusterUid,
  data: {
    hook: 'gap',
    cluster,
    from: { resourceVersion: '1042', time },
    to: { resourceVersion: '2077', time: '2026-11-22T15:00:00.000Z' },
    why: 'expired',
  },
};
export const disabled: DisabledEvent = {
  ...envelope,
  type: EVENT_TYPE.disabled,
  subject: 'subscription/bridge',
  dataschema: 'urn:offhook:schema:disabled:v1',
  partitionkey: clusterUid,
  data: { hook: 'disabled', cluster, subscription: 'bridge', why: '410 Gone', deadLetters: 3 },
};

export const EVERY_EVENT: readonly LifecycleEvent[] = [
  preStart,
  postStart,
  preStop,
  postStop,
  postStopAmended,
  hookFailed,
  gap,
  disabled,
];
