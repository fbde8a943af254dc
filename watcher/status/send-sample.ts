import type { ContainerHook } from '../../protocol/event/event-type.ts';
import { sampleEvent } from '../../protocol/sample/sample-event.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import type { Dispatcher } from '../delivery/queue/dispatcher.ts';
import type { SampleReport } from './test-requests.ts';

type SampleDeps = {
  readonly dispatcher: Pick<Dispatcher, 'attemptOnce'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A hook that the subscription hears of. */
  readonly hookOf: (subscription: string) => ContainerHook;
};

/**
 * How a sample event is sent: as an event of the subscription would be, signed, by its own sender. It is of a cluster
 * called `sample`, and no two are the same event.
 */
export function createSampleSending({ dispatcher, clock, random, hookOf }: SampleDeps) {
  return async (subscription: string): Promise<SampleReport> => {
    const nowMs = clock.nowMs();
    const { event, bytes } = await sampleEvent(hookOf(subscription), { nowMs, unique: hexDigits(random) });
    const made = await dispatcher.attemptOnce(subscription, {
      sequence: 0,
      eventId: event.id,
      type: event.type,
      partitionKey: event.partitionkey,
      timeMs: nowMs,
      expiresAtMs: null,
      ageMs: 0,
      body: bytes,
    });
    if (made === null) return null;
    const { outcome } = made;
    const reason = outcome.kind === 'delivered' ? null : outcome.reason;
    return { outcome: outcome.kind, status: outcome.status, reason };
  };
}

/** 32 of them. */
function hexDigits(random: () => number): string {
  return Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
}
