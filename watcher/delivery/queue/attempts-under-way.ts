import type { DeliveryEvent, DueDelivery } from '../delivery-store.ts';
import { DispatcherStopped } from '../event-sender.ts';
import { type Attempt, type AttemptDependencies, makeAttempt } from './make-attempt.ts';

/** The attempts of one subscription that have begun and not ended. */
interface AttemptsUnderWay {
  count(): number;
  begin(event: DeliveryEvent, delivery: DueDelivery): void;
  /**
   * Resolves when none is under way. Those that have not ended after `drainMs` are abandoned. Call it again to wait less
   * long.
   */
  drain(drainMs: number): Promise<void>;
}

type Dependencies = AttemptDependencies & {
  /** @param made null: it was abandoned and leaves no trace; whoever comes next makes this attempt again. */
  readonly onEnded: (event: DeliveryEvent, delivery: DueDelivery, made: Attempt | null) => void;
};

export function createAttemptsUnderWay({ onEnded, ...dependencies }: Dependencies): AttemptsUnderWay {
  const open = new Map<AbortController, Promise<void>>();

  async function run(
    event: DeliveryEvent,
    delivery: DueDelivery,
    controller: AbortController,
  ): Promise<void> {
    const made = await makeAttempt(event, controller, dependencies);
    open.delete(controller);
    const isAbandoned =
      controller.signal.reason instanceof DispatcherStopped && made.outcome.kind === 'retry';
    onEnded(event, delivery, isAbandoned ? null : made);
  }

  return {
    count: () => open.size,
    begin(event, delivery) {
      const controller = new AbortController();
      open.set(controller, run(event, delivery, controller));
    },
    async drain(drainMs) {
      const drained = Promise.all(open.values());
      const cancel = dependencies.clock.after(drainMs, () => {
        for (const controller of open.keys()) controller.abort(new DispatcherStopped('stopped'));
      });
      await drained;
      cancel();
    },
  };
}
