import { randomUUID } from 'node:crypto';
import { printable } from '../../protocol/json/printable.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { LastTest } from '../../watcher/status/object-status.ts';
import { isSampleTaken } from '../../watcher/status/test-requests.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { formatDuration } from '../terminal/format-quantity.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { findSubscription } from './find-subscription.ts';
import { SubscriptionError } from './subscription-error.ts';
import type { SubscriptionObjects } from './subscription-objects.ts';
import { placeText, type SubscriptionRecord } from './subscription-record.ts';
import { whyNoAnswer, whyNotTaken } from './test-hints.ts';
import type { WhichSubscriptions } from './which-subscriptions.ts';
import { withSubscriptions } from './with-subscriptions.ts';

type Tested = WhichSubscriptions & {
  readonly name: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly json: boolean;
};

const ASKED_EVERY_MS = 1_000;

/**
 * `offhook subscription test`: asks the watcher for a sample event, and waits for what comes of it.
 *
 * @returns the exit code: 0 only when the receiver took it.
 */
export function testSubscription({ name, timeout, json, ...which }: Tested, io: CommandIo): Promise<number> {
  return withSubscriptions(which, io, async (objects, scope) => {
    const before = await findSubscription(objects, scope, name);
    const id = randomUUID();
    if (!(await objects.merge(before.place, { metadata: { annotations: { 'offhook.dev/test': id } } })))
      throw deleted(before);
    const { record, lastTest, trouble } = await outcomeOf(objects, { before, id, timeout, stop: io.stop });
    io.stop.throwIfAborted();
    const taken = lastTest !== null && isSampleTaken(lastTest);
    const hints =
      lastTest === null
        ? [...(trouble === null ? [] : [trouble]), ...whyNoAnswer(record, before, systemClock.nowMs())]
        : taken
          ? []
          : whyNotTaken(record, lastTest);
    if (json) io.stdout.write(jsonLine({ ...before.place, ...resultOf(id, lastTest), hints }));
    else tell(io, { record, lastTest, hints, timeout });
    return taken ? EXIT.ok : EXIT.failed;
  });
}

type Wait = {
  readonly before: SubscriptionRecord;
  readonly id: string;
  readonly timeout: number;
  readonly stop: AbortSignal;
};

/** `lastTest`: null when the time was over. `trouble`: why it could not be looked at the last time. */
type Outcome = {
  readonly record: SubscriptionRecord;
  readonly lastTest: LastTest | null;
  readonly trouble: string | null;
};

async function outcomeOf(objects: SubscriptionObjects, wait: Wait): Promise<Outcome> {
  const { before, id, timeout, stop } = wait;
  const endsAtMs = systemClock.monotonicMs() + timeout;
  let record = before;
  let trouble: string | null = null;
  for (;;) {
    const leftMs = endsAtMs - systemClock.monotonicMs();
    if (leftMs <= 0 || stop.aborted) return { record, lastTest: null, trouble };
    await delay(systemClock, Math.min(ASKED_EVERY_MS, leftMs), stop);
    try {
      const now = await objects.get(before.place);
      if (now === null || now.uid !== before.uid) throw deleted(before);
      record = now;
      trouble = null;
    } catch (error) {
      // A server that restarts meanwhile is no answer.
      if (!(error instanceof SubscriptionError) || error.message === deleted(before).message) throw error;
      trouble = messageOf(error);
    }
    const { lastTest } = record.status;
    if (lastTest?.id === id) return { record, lastTest, trouble };
  }
}

function deleted({ place }: SubscriptionRecord): SubscriptionError {
  return new SubscriptionError(`${placeText(place)} was deleted meanwhile`);
}

function resultOf(id: string, lastTest: LastTest | null) {
  if (lastTest === null) return { id, outcome: 'unanswered' };
  const { statusCode = null, class: failure = null, message, time } = lastTest;
  const outcome = isSampleTaken(lastTest) ? 'delivered' : failure === null ? 'notSent' : 'failed';
  return { id, outcome, time, statusCode, class: failure, message };
}

type Told = Pick<Outcome, 'record' | 'lastTest'> & {
  readonly hints: readonly string[];
  readonly timeout: number;
};

function tell({ stdout, stderr }: CommandIo, { record, lastTest, hints, timeout }: Told): void {
  const name = placeText(record.place);
  if (lastTest === null)
    stderr.write(`${name}: nothing is known of the sample event after ${formatDuration(timeout)}\n`);
  else {
    const { statusCode, class: failure, message } = lastTest;
    const details = [statusCode, failure, record.status.target].filter((each) => each !== undefined);
    stdout.write(`${name}: ${printable(message)} (${printable(details.join(', '))})\n`);
  }
  for (const hint of hints) stderr.write(`${printable(hint)}\n`);
}
