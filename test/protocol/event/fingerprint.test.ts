import { expect, test } from 'vitest';
import { contradicts, fingerprint } from '../../../protocol/event/fingerprint.ts';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { EVERY_EVENT, postStart, postStop, preStop } from './lifecycle-events.ts';

async function clash(one: LifecycleEvent, other: LifecycleEvent): Promise<boolean> {
  return contradicts(await fingerprint(one), await fingerprint(other));
}

test.each(EVERY_EVENT)('a $type is told by two watchers in their own words', async (event) => {
  const time = '2026-11-22T14:24:09.000Z';
  const second = { ...event, sequence: '0000000000000001', time, timestamp: time, later: 'version' };
  expect(await fingerprint(event)).toMatch(/^[a-z]{0,9}:[0-9a-f]{64}$/);
  expect(await clash(event, second as LifecycleEvent)).toBe(false);
});

test('who saw the status change saw the same object', async () => {
  const { data } = postStart;
  const others = [
    { ...data, pod: { ...data.pod, namespace: 'other' } },
    { ...data, pod: { ...data.pod, node: 'other' } },
    { ...data, pod: { ...data.pod, labels: { ...data.pod.labels, app: 'other' } } },
    { ...data, pod: { ...data.pod, owner: null } },
    { ...data, container: { ...data.container, image: 'other' } },
    { ...data, container: { ...data.container, startedAt: null } },
    { ...data, container: { ...data.container, kind: 'init' as const } },
  ];
  for (const other of others) expect(await clash(postStart, { ...postStart, data: other })).toBe(true);
  const labels = Object.fromEntries(Object.entries(data.pod.labels).reverse());
  expect(await clash(postStart, { ...postStart, data: { ...data, pod: { ...data.pod, labels } } })).toBe(
    false,
  );
  const container = { ...data.container, skippedRuns: 3 };
  expect(await clash(postStart, { ...postStart, data: { ...data, container } })).toBe(false);
});

test('what was learned later describes the Pod of another moment, and agrees in the outcome', async () => {
  const recovered = { ...postStop, data: { ...postStop.data, observation: 'recovered' as const } };
  const { data } = recovered;
  const relabelled = { ...recovered, data: { ...data, pod: { ...data.pod, labels: {}, node: null } } };
  expect(await clash(recovered, relabelled)).toBe(false);
  expect(await clash(recovered, { ...recovered, data: { ...data, exit: { ...data.exit, code: 0 } } })).toBe(
    true,
  );
});

test('what was learned in another way may differ in everything', async () => {
  const exit = { ...postStop.data.exit, code: null, reason: null, finishedAt: null };
  const inferred = { ...postStop, data: { ...postStop.data, exit, observation: 'inferred' as const } };
  expect(await clash(postStop, inferred)).toBe(false);
  const stop = { ...preStop.data.stop, trigger: 'killing' as const, deadline: null };
  const early = { ...preStop, data: { ...preStop.data, stop, observation: 'event' as const } };
  expect(await clash(preStop, early)).toBe(false);
  expect(await clash(preStop, { ...preStop, data: { ...preStop.data, stop } })).toBe(true);
});
