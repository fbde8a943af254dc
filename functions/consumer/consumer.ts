import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import { type ReadEvent, readEvent } from '../../protocol/event/read-event.ts';
import type { Log } from '../ambient/log.ts';
import type { HandlerRegistry } from '../hooks/hooks.ts';
import type { HandoffMessage } from '../ingress/handoff.ts';
import type { OnRun, RunLog } from '../timeline/run-log.ts';
import type { ClaimStore } from './claim-store.ts';
import { createHandleEvent, type Handled } from './handle-event.ts';
import type { Delivery, RunDeps } from './run-handler.ts';

type ConsumerDeps = RunDeps & {
  readonly handlers: HandlerRegistry;
  readonly claims: ClaimStore;
  readonly runs: RunLog;
  readonly log: Log;
  readonly onRun?: OnRun | undefined;
};

/**
 * What the queue should do with a message:
 * - `done`: forget it.
 * - `retry`: deliver it again after `afterMs`.
 * - `dead`: keep it among the dead letters; `reason` says why, without anything from the body.
 */
export type Consumed =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'dead'; readonly reason: string };

type KnownDelivery = { readonly event?: LifecycleEvent | undefined; readonly onRan?: () => void };

export type Consumer = {
  /**
   * @param known `event`: what the message says, where it was read already. `onRan` is called when no handler runs any
   *   more; what became of them is still to be kept then.
   * @throws when the claim store cannot be reached; the queue then delivers the message again.
   */
  consume(message: HandoffMessage, known?: KnownDelivery): Promise<Consumed>;
};

/** Whether there is anything to do about an event; of any other `consume` says `done` and does nothing. */
export type Wants = (event: LifecycleEvent) => boolean;

/**
 * Runs every handler that wants an event, each under its own claim and at the same time, and says what should
 * become of the message. Safe to call any number of times with the same message.
 *
 * @throws TypeError when a handler is `ordered` and `deps` has no `states`.
 */
export function createConsumer(deps: ConsumerDeps): Consumer & { readonly wants: Wants } {
  if (deps.handlers.wantsOrder() && deps.states === undefined) {
    throw new TypeError('a handler is registered with { ordered: true }, but this receiver keeps no states');
  }
  const handleEvent = createHandleEvent(deps);
  return {
    wants: (event) => deps.handlers.wantsOrder() || deps.handlers.matchesAny(event),
    consume: async (message, { event, onRan = () => {} } = {}) => {
      if (event !== undefined) return consumeEvent({ event, message }, onRan);
      const read = await readEvent(message.body);
      // A newer watcher put it on the bus itself: ignored, as the receiver ignores it. One that the receiver took is kept.
      if (read.kind === 'unknownType' && message.signed === undefined) {
        deps.log.info({ eventId: read.id, type: read.type }, 'ignored an event of unknown type');
        return { kind: 'done' };
      }
      if (read.kind !== 'event') return { kind: 'dead', reason: whyUnread(read) };
      return consumeEvent({ event: read.event, message }, onRan);
    },
  };

  async function consumeEvent(delivery: Delivery, onRan: () => void): Promise<Consumed> {
    // Also what no handler wants: it may be newer than what one of them is about to act on.
    if (deps.handlers.wantsOrder()) await deps.states?.observe(delivery.event);
    const bound = deps.handlers.matching(delivery.event);
    let running = bound.length;
    const ran = () => {
      running -= 1;
      if (running === 0) onRan();
    };
    const handled = await Promise.allSettled(bound.map((one) => handleEvent(one, delivery, ran)));
    const broken = handled.find((result) => result.status === 'rejected');
    // Only after all of them have ended: one handler's broken claim must not abandon another one's run.
    if (broken !== undefined) throw broken.reason;
    return summarise(handled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  }

  function summarise(handled: readonly Handled[]): Consumed {
    const due = handled.flatMap((one) => (one.kind === 'later' ? [one.atMs] : []));
    if (due.length > 0) return { kind: 'retry', afterMs: Math.max(0, Math.min(...due) - deps.clock.nowMs()) };
    const failed = handled.flatMap((one) => (one.kind === 'givenUp' ? [one.handler] : []));
    if (failed.length > 0) return { kind: 'dead', reason: `gave up: ${failed.join(', ')}` };
    return { kind: 'done' };
  }
}

/**
 * The receiver has read it once, so this is what somebody else put on the bus, or what an older receiver took and this
 * one would not.
 */
function whyUnread(read: Exclude<ReadEvent, { kind: 'event' }>): string {
  switch (read.kind) {
    case 'malformed':
    case 'mismatched':
      return `refused: ${read.code}`;
    case 'unreadable':
      return `refused: unreadable_event at ${read.path}`;
    default:
      return `not readable by this version: ${read.kind}`;
  }
}
