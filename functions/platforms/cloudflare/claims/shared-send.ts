import type { Clock } from '../../../../settings/ambient/clock.ts';
import { withDeadline } from '../../../../settings/ambient/deadline.ts';
import type { HandoffMessage } from '../../../ingress/handoff.ts';

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
 * How long the first one waits for others, when no call is under way. Without it, sixteen that come together to four objects
 * make thirteen calls, and fifteen commits, in place of four.
 */
const GATHER_MS = 3;
/** What may wait for a call, of the 128 MB that a Durable Object has. */
const MOST_WAITING_BYTES = 16_000_000;
/** A watcher waits 15 s for its answer. */
const SEND_TIMEOUT_MS = 10_000;

const DEADLINE = { ms: SEND_TIMEOUT_MS, overdue: () => new Error('the queue has not answered in 10 s') };

type Waiting = {
  readonly message: HandoffMessage;
  readonly bytes: number;
  readonly sent: () => void;
  readonly failed: (error: unknown) => void;
};

/**
 * Puts messages into a queue, one call at a time: what comes within 3 ms shares it, and what comes while it is under way
 * shares the next. Only for who may share work between requests, which is a Durable Object and never a Worker.
 *
 * @returns a function that returns once its message is durable. It throws when the call fails that held it, or does not
 *   end in time, and may have put it into the queue all the same; and when too much waits already.
 */
export function createSharedSend(
  queue: () => BatchQueue,
  clock: Clock,
): (message: HandoffMessage) => Promise<void> {
  const waiting: Waiting[] = [];
  let waitingBytes = 0;
  let sending = false;

  return (message) =>
    new Promise((sent, failed) => {
      const bytes = sizeOf(message);
      if (waitingBytes + bytes > MOST_WAITING_BYTES) return failed(new Error('the queue is too slow'));
      waitingBytes += bytes;
      waiting.push({ message, bytes, sent, failed });
      if (sending) return;
      sending = true;
      clock.after(GATHER_MS, () => void sendAll());
    });

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.splice(0, countThatFits(waiting));
      for (const { bytes } of group) waitingBytes -= bytes;
      await sendSome(group);
    }
    sending = false;
  }

  async function sendSome(group: readonly Waiting[]): Promise<void> {
    try {
      // v8 keeps the bytes as they are; JSON would make them a third larger or lose them.
      const messages = group.map(({ message }) => ({ body: message, contentType: 'v8' }) as const);
      await withDeadline(clock, DEADLINE, () => queue().sendBatch(messages));
      for (const { sent } of group) sent();
    } catch (error) {
      for (const { failed } of group) failed(error);
    }
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
