import type { DeliveryEvent } from '../../watcher/delivery/delivery-store.ts';
import type { EventSender } from '../../watcher/delivery/event-sender.ts';
import { type Outcome, retry } from '../../watcher/delivery/outcome.ts';
import { classifyAnswer } from '../../watcher/delivery/send/classify-answer.ts';
import { describeFailure } from '../../watcher/delivery/send/describe-failure.ts';
import type { ReceiverFault } from './plan.ts';
import type { Random } from './random.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A request that arrived at a receiver. */
export type Arrival = {
  readonly subscription: string;
  readonly id: string;
  readonly body: string;
  readonly atMs: number;
  /** The receiver has stored it, and answered 2xx, whether or not the answer came through. */
  readonly accepted: boolean;
};

export interface Receivers {
  /** Sends of one process; what arrives after its death was on the wire before. */
  sender(subscription: string, process: SendingProcess): EventSender;
  failNext(subscription: string, how: ReceiverFault, count: number): void;
  heal(): void;
  readonly arrivals: readonly Arrival[];
  /** Subscriptions whose receiver has said 410. */
  readonly gone: ReadonlySet<string>;
}

export type SendingProcess = {
  isAlive(): boolean;
  visit(point: 'beforeSend' | 'received' | 'answered'): void;
};

type Reply = { readonly status: number; readonly retryAfter: string | null };

export function createReceivers({ clock, random }: { clock: VirtualClock; random: Random }): Receivers {
  const arrivals: Arrival[] = [];
  const gone = new Set<string>();
  const failing = new Map<string, ReceiverFault[]>();

  function arrive(subscription: string, { eventId: id, body }: DeliveryEvent, accepted: boolean): void {
    const text = Buffer.from(body).toString('utf8');
    arrivals.push({ subscription, id, body: text, atMs: clock.elapsedMs(), accepted });
  }

  /** What the receiver does with a request; null: no answer ever comes. @throws Error for a broken connection. */
  async function receive(subscription: string, event: DeliveryEvent): Promise<Reply | null> {
    const how = gone.has(subscription) ? '410' : failing.get(subscription)?.shift();
    await clock.sleep(how === 'slow' ? random.between(1_000, 14_000) : random.between(1, 40));
    if (how === 'hang') return null;
    if (how === 'reset') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    if (how === 'late') await clock.sleep(16_000);
    arrive(subscription, event, how === undefined || ['slow', 'lostAnswer', 'late'].includes(how));
    if (how === 'lostAnswer') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    if (how === '410') gone.add(subscription);
    switch (how) {
      case '503 retry-after':
        return { status: 503, retryAfter: '7' };
      case '500':
      case '429':
      case '410':
        return { status: Number(how), retryAfter: null };
      default:
        return { status: 204, retryAfter: null };
    }
  }

  return {
    arrivals,
    gone,
    failNext(subscription, how, count) {
      const queue = failing.get(subscription) ?? [];
      failing.set(subscription, [...queue, ...Array.from({ length: count }, () => how)]);
    },
    heal: () => failing.clear(),
    sender: (subscription, process) => ({
      close: async () => {},
      send(event, signal) {
        process.visit('beforeSend');
        return new Promise<Outcome>((resolve, reject) => {
          const settle = (outcome: Outcome): void => {
            if (!process.isAlive()) return;
            try {
              process.visit('answered');
              resolve(outcome);
            } catch (crash) {
              reject(crash);
            }
          };
          signal.addEventListener('abort', () => settle(retry(describeFailure(signal.reason))), {
            once: true,
          });
          receive(subscription, event).then(
            (reply) => {
              if (!process.isAlive() || reply === null) return;
              try {
                process.visit('received');
              } catch (crash) {
                return reject(crash);
              }
              clock.after(random.between(0, 20), () =>
                settle(classifyAnswer({ ...reply, delivery: null, code: null }, clock.trueMs())),
              );
            },
            (error) => settle(retry(describeFailure(error))),
          );
        });
      },
    }),
  };
}
