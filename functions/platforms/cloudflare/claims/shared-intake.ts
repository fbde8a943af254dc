import type { Clock } from '../../../../settings/ambient/clock.ts';
import { withDeadline } from '../../../../settings/ambient/deadline.ts';
import type { HandoffMessage } from '../../../ingress/handoff.ts';
import type { ClaimTable } from '../../sql/claim-table.ts';

/** The binding of a queue that takes several messages a call: all or none of them. */
export interface BatchQueue {
  sendBatch(
    messages: Iterable<{ readonly body: HandoffMessage; readonly contentType: 'v8' }>,
  ): Promise<unknown>;
}

/**
 * What one call of a queue takes: 100 messages and 256 kB. Some of the bytes are left for what cannot be counted here.
 *
 * @see https://developers.cloudflare.com/queues/platform/limits/
 */
const MOST_MESSAGES = 100;
const MOST_BYTES = 240_000;
/** More than what surrounds the body and the headers of a message. */
const FRAME_BYTES = 1_000;
/** Larger than any that a watcher sends: such a one goes alone, so that no other is refused with it. */
const LARGE_BYTES = 70_000;
/**
 * How long the first one waits for others, when no call is under way: without it, of those that come together the first goes
 * alone.
 */
const GATHER_MS = 1;
/** What may wait for a call, of the 128 MB that a Durable Object has. */
const MOST_WAITING_BYTES = 16_000_000;
/** A watcher waits 15 s for its answer. */
const SEND_DEADLINE = { ms: 10_000, overdue: () => new Error('the queue has not answered in 10 s') };

/** An event whose signature is good. @property told its fingerprint. */
export type TakenEvent = {
  readonly eventId: string;
  readonly told: string;
  readonly message: HandoffMessage;
};

type Waiting = TakenEvent & {
  readonly bytes: number;
  readonly answer: (taken: 'new' | 'repeated') => void;
  readonly failed: (error: unknown) => void;
};

type SharedIntakeDeps = {
  readonly queue: () => BatchQueue;
  readonly receipts: () => Pick<ClaimTable, 'repeats' | 'stored' | 'addReceipts'>;
  readonly clock: Clock;
};

/**
 * Takes events in groups, one group at a time: what comes within 1 ms, or while another group is under way. A group asks for
 * receipts, puts its new events into the queue in one call, and adds their receipts in one commit, in this order: a crash in
 * between queues events twice, never zero times. Only for who may share work between requests, which is a Durable Object
 * and never a Worker.
 *
 * @returns a function that takes one, see `Intake`. It throws when the call of its group fails or does not end in time, and
 *   its message may be in the queue all the same; and when too much waits already.
 */
export function createSharedIntake({ queue, receipts, clock }: SharedIntakeDeps) {
  const waiting: Waiting[] = [];
  let waitingBytes = 0;
  let busy = false;

  return (event: TakenEvent): Promise<'new' | 'repeated'> =>
    new Promise((answer, failed) => {
      const bytes = sizeOf(event.message);
      if (waitingBytes + bytes > MOST_WAITING_BYTES) return failed(new Error('the queue is too slow'));
      waitingBytes += bytes;
      waiting.push({ ...event, bytes, answer, failed });
      if (busy) return;
      busy = true;
      clock.after(GATHER_MS, () => void takeAll());
    });

  async function takeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.splice(0, countThatFits(waiting));
      for (const { bytes } of group) waitingBytes -= bytes;
      try {
        await takeGroup(group);
      } catch (error) {
        // Whoever was answered hears nothing of it.
        for (const { failed } of group) failed(error);
      }
    }
    busy = false;
  }

  async function takeGroup(group: readonly Waiting[]): Promise<void> {
    const stored = receipts().stored(group.map(({ eventId }) => eventId));
    repeatAll(group.filter(({ eventId }) => stored.has(eventId)));
    const others = group.filter(({ eventId }) => !stored.has(eventId));
    const fresh = others.filter(
      ({ eventId }, at) => others.findIndex((one) => one.eventId === eventId) === at,
    );
    if (fresh.length === 0) return;
    await send(fresh.map(({ message }) => message));
    receipts().addReceipts(
      fresh.map(({ eventId, told, message }) => [eventId, message.receivedAtMs, told] as const),
    );
    for (const { answer } of fresh) answer('new');
    repeatAll(others.filter((one) => !fresh.includes(one)));
  }

  function repeatAll(group: readonly Waiting[]): void {
    for (const { eventId, message, answer } of group) {
      receipts().repeats(eventId, message.receivedAtMs);
      answer('repeated');
    }
  }

  async function send(messages: readonly HandoffMessage[]): Promise<void> {
    // v8 keeps the bytes as they are; JSON would make them a third larger or lose them.
    const all = messages.map((body) => ({ body, contentType: 'v8' }) as const);
    await withDeadline(clock, SEND_DEADLINE, () => queue().sendBatch(all));
  }
}

/** One at least: a message that is too large alone is the queue's to refuse. */
function countThatFits(waiting: readonly Waiting[]): number {
  let sum = 0;
  const tooMany = waiting.findIndex(({ bytes }, index) => {
    const large = index > 0 && Math.max(bytes, waiting[index - 1]?.bytes ?? 0) > LARGE_BYTES;
    sum += bytes;
    return large || index === MOST_MESSAGES || (index > 0 && sum > MOST_BYTES);
  });
  return tooMany === -1 ? waiting.length : tooMany;
}

function sizeOf({ body, signed, traceparent = '' }: HandoffMessage): number {
  return FRAME_BYTES + body.byteLength + (signed?.signature.length ?? 0) + traceparent.length;
}
