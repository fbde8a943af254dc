import { expect, it } from 'vitest';
import { eventFacts } from '../../../functions/timeline/event-facts.ts';
import { EVENT_TYPE } from '../../../protocol/event/event-type.ts';
import type { DisabledEvent, GapEvent, LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { postStart, postStop, preStop } from '../support/sample-events.ts';

const circumstances = {
  receivedAtMs: 2,
  recordedAtMs: 3,
  attempt: 4,
  bodySha256: 'ab'.repeat(32),
  signed: { id: 'evt_x', timestamp: '1795357441', signature: 'v1,eA==', verified: true },
};
const factsOf = (event: LifecycleEvent) => eventFacts(event, circumstances);
const OCCURRED = Date.UTC(2026, 10, 22, 14, 24, 1);

it('says who, where and when', () => {
  const event = postStart({ key: 'a', timeMs: OCCURRED });
  const { pod, container } = event.data;
  const full = {
    ...event,
    data: {
      ...event.data,
      pod: { ...pod, owner: { kind: 'ReplicaSet', name: 'web-6d4cf' } },
      container: { ...container, startedAt: '2026-11-22T14:24:00Z', restartCount: 3, skippedRuns: 1 },
    },
  };
  expect(factsOf(full)).toEqual({
    stream: 'urn:offhook:cluster:c0ffee',
    eventId: event.id,
    hook: 'postStart',
    type: 'dev.offhook.container.postStart',
    cluster: 'prod-eu-1',
    namespace: 'shop',
    pod: 'web-1',
    podUid: 'uid-web-1',
    owner: 'ReplicaSet/web-6d4cf',
    node: 'node1',
    container: 'app',
    containerId: 'containerd://a',
    containerKind: 'app',
    restartCount: 3,
    skippedRuns: 1,
    observation: 'status',
    exitCode: null,
    signal: null,
    reason: null,
    outcome: null,
    startedAtMs: OCCURRED - 1_000,
    deadlineMs: null,
    gracePeriodSeconds: null,
    gapFromMs: null,
    partitionKey: 'uid-web-1/app',
    sequence: '0000000000000042',
    occurredAtMs: OCCURRED,
    ...circumstances,
  });
});

it.each([
  [0, 'Completed', 'completed'],
  [0, 'OOMKilled', 'completed'],
  [137, 'OOMKilled', 'oomKilled'],
  [null, 'OOMKilled', 'oomKilled'],
  [137, 'Error', 'error'],
  [3, null, 'error'],
  [null, null, 'unknown'],
  [null, 'ContainerStatusUnknown', 'unknown'],
])('calls an end with code %s and reason %s %s', (code, reason, outcome) => {
  const facts = factsOf(postStop({ key: 'a' }, code, reason));
  expect(facts).toMatchObject({ exitCode: code, reason, outcome });
});

it('says until when a container may take to stop, and why it has to', () => {
  const event = preStop({ key: 'a' });
  const stop = { ...event.data.stop, deadline: '2026-11-22T14:24:31Z' };
  expect(factsOf({ ...event, data: { ...event.data, stop } })).toMatchObject({
    reason: 'podDeleted',
    gracePeriodSeconds: 30,
    deadlineMs: OCCURRED + 30_000,
    outcome: null,
  });
  const evicted = { ...stop, trigger: 'evicted', reason: 'EvictionByEvictionAPI', deadline: 'soon' } as const;
  expect(factsOf({ ...event, data: { ...event.data, stop: evicted } })).toMatchObject({
    reason: 'EvictionByEvictionAPI',
    deadlineMs: null,
  });
});

it('says from when to when nothing is known', () => {
  const { subject: _, type: __, data, ...envelope } = postStart({ key: 'gap', timeMs: OCCURRED });
  const event: GapEvent = {
    ...envelope,
    subject: 'watch',
    type: EVENT_TYPE.gap,
    data: {
      hook: 'gap',
      cluster: data.cluster,
      from: { resourceVersion: '1', time: '2026-11-22T14:00:01.000Z' },
      to: { resourceVersion: '9', time: '2026-11-22T14:24:01.000Z' },
      why: 'expired',
    },
  };
  const none = { namespace: null, pod: null, container: null, restartCount: null, observation: null };
  expect(factsOf(event)).toMatchObject({
    ...none,
    reason: 'expired',
    gapFromMs: Date.UTC(2026, 10, 22, 14, 0, 1),
  });
  const ofNamespace = { ...event, data: { ...event.data, namespace: 'payments' } };
  expect(factsOf(ofNamespace)).toMatchObject({ ...none, namespace: 'payments' });
});

it('says why a subscription was disabled', () => {
  const { type: _, data, ...envelope } = postStart({ key: 'disabled' });
  const facts = { hook: 'disabled', subscription: 'tap', why: '410 Gone', deadLetters: 2 } as const;
  const event: DisabledEvent = {
    ...envelope,
    type: EVENT_TYPE.disabled,
    data: { ...facts, cluster: data.cluster },
  };
  expect(factsOf(event)).toMatchObject({ hook: 'disabled', reason: '410 Gone', pod: null });
});

it('keeps no labels and no images', () => {
  const facts = JSON.stringify(factsOf(postStart({ key: 'a', labels: { team: 'secret-label' } })));
  expect(facts).not.toMatch(/secret-label|registry\.example/);
});
