import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { eventId, eventIdByWebCrypto } from '../../../protocol/event/event-id.ts';
import { identityOf } from '../../../protocol/event/event-identity.ts';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { disabled, EVERY_EVENT, gap, hookFailed, postStart, postStop, preStart } from './lifecycle-events.ts';

const sha256 = (input: string) => createHash('sha256').update(input).digest();

const INSTANCES: readonly (readonly [LifecycleEvent, string])[] = [
  [preStart, ''],
  [postStart, 'containerd://6b1f0e6f3c'],
  [hookFailed, '7c9e6679-7425-40de-944b-e07fc1f90ae7/3'],
  [gap, '1042/2077'],
  [disabled, `bridge/${Date.UTC(2026, 10, 22, 14, 24, 1)}`],
];

test.each(INSTANCES)('the instance of $data.hook is read from the event', (event, instance) => {
  expect(identityOf(event).instance).toBe(instance);
});

test('a run without containerID is told apart by restartCount and startedAt', () => {
  const container = { ...postStop.data.container, id: null, restartCount: 2 };
  const event = { ...postStop, data: { ...postStop.data, container } };
  expect(identityOf(event).instance).toBe('restart/2/2026-11-22T14:22:13Z');
  const untimed = { ...event, data: { ...event.data, container: { ...container, startedAt: null } } };
  expect(identityOf(untimed).instance).toBe('restart/2/');
});

test.each(EVERY_EVENT)('$type has the same id by node:crypto and by Web Crypto', async (event) => {
  expect(await eventIdByWebCrypto(identityOf(event))).toBe(eventId(identityOf(event), sha256));
});

test('no two kinds of event share an id', () => {
  expect(new Set(EVERY_EVENT.map((event) => eventId(identityOf(event), sha256))).size).toBe(
    EVERY_EVENT.length,
  );
});
