import { onTestFinished } from 'vitest';
import { parseSigningSecret } from '../../../protocol/signature/signing-secret.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import type { AttemptReport, ReceiverTurn } from '../../../watcher/delivery/delivery-observer.ts';
import type { EventSender } from '../../../watcher/delivery/event-sender.ts';
import { createDispatcher, type Dispatcher } from '../../../watcher/delivery/queue/dispatcher.ts';
import { DEFAULT_RETRY_SCHEDULE_MS } from '../../../watcher/delivery/queue/retry-schedule.ts';
import { createWebhookSender } from '../../../watcher/delivery/send/webhook-sender.ts';
import type { ShareLimits } from '../../../watcher/delivery/share/delivery-shares.ts';
import type { SubscriptionTarget, WebhookTarget } from '../../../watcher/delivery/subscription-target.ts';
import type { NewEvent } from '../../../watcher/ingest/lifecycle-journal.ts';
import type { Journal } from '../../../watcher/journal/open-journal.ts';
import { handOver } from '../../../watcher/run/hand-over.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { batchOf, openTestJournal } from '../journal/journal-events.ts';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const PREVIOUS_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

export function webhookTarget(url: string, fields: Partial<WebhookTarget> = {}): WebhookTarget {
  return {
    kind: 'webhook',
    name: 'bridge',
    url,
    secrets: [parseSigningSecret(SECRET)],
    allowHttp: true,
    concurrency: 16,
    timeoutMs: 15_000,
    schedule: DEFAULT_RETRY_SCHEDULE_MS,
    ordering: 'none',
    dropExpired: false,
    ...fields,
  };
}

export type Delivery = {
  readonly journal: Journal;
  readonly clock: FakeClock;
  readonly dispatcher: Dispatcher;
  readonly reports: readonly AttemptReport[];
  readonly turns: readonly ReceiverTurn[];
  readonly disabled: readonly (readonly [name: string, why: string, deadLetters: number])[];
  readonly storeErrors: readonly unknown[];
  /** Delivers one more subscription from now on. */
  add(target: SubscriptionTarget): void;
  /** Commits events and wakes the dispatcher, as ingesting does. */
  publish(...events: readonly NewEvent[]): void;
  /** Waits until so many attempts have ended in all, and their outcomes are stored. */
  attempts(count: number): Promise<readonly AttemptReport[]>;
};

export type DeliveryOptions = {
  readonly targets: readonly SubscriptionTarget[];
  readonly journal?: Journal;
  readonly clock?: FakeClock;
  /** Instead of webhook senders. */
  readonly senderOf?: (target: SubscriptionTarget, clock: Clock) => EventSender;
  readonly shares?: ShareLimits;
  readonly onDisabled?: (...told: [name: string, why: string, deadLetters: number]) => void;
};

/** A running dispatcher on a journal, with a clock that stands still. Stopped after the test. */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { targets, clock = createFakeClock(), senderOf = webhookSender } = options;
  const journal = options.journal ?? openTestJournal({ clock });
  const reports: AttemptReport[] = [];
  const turns: ReceiverTurn[] = [];
  const disabled: [string, string, number][] = [];
  const storeErrors: unknown[] = [];
  const dispatcher = createDispatcher({
    store: journal,
    clock,
    random: () => 0.5,
    ...(options.shares && { shares: options.shares }),
    observer: { onAttempt: (report) => reports.push(report), onTurn: (turn) => turns.push(turn) },
    onDisabled: options.onDisabled ?? ((...told) => disabled.push(told)),
    onStoreError: (error) => storeErrors.push(error),
  });
  const add = (target: SubscriptionTarget) => dispatcher.add({ target, sender: senderOf(target, clock) });
  for (const target of targets) add(target);
  onTestFinished(async () => {
    const stopped = dispatcher.stop({ drainMs: 0 });
    await clock.advance(0);
    await stopped;
  });
  return {
    ...{ journal, clock, dispatcher, reports, turns, disabled, storeErrors, add },
    publish(...events) {
      const stored = journal.commit(batchOf(...events));
      handOver(stored, dispatcher);
    },
    async attempts(count) {
      await until(`${count} attempts`, () => reports.length >= count);
      await clock.advance(5);
      return reports;
    },
  };
}

function webhookSender(target: SubscriptionTarget, clock: Clock): EventSender {
  if (target.kind !== 'webhook') throw new Error('a sender must be given for other targets than webhooks');
  return createWebhookSender(target, { clock, version: '1.2.3' });
}
