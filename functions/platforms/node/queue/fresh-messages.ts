import type { LifecycleEvent } from '../../../../protocol/event/lifecycle-event.ts';
import type { HandoffMessage } from '../../../ingress/handoff.ts';

/** @property event what it says, where somebody has read it. */
export type FreshMessage = { readonly message: HandoffMessage; readonly event?: LifecycleEvent | undefined };

/** Of bodies; what was read of them takes several times as much. Beyond it messages are read from the disk again. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Messages that have just been stored, for who takes them off the queue a moment later: reading one again, from the disk
 * and as an event, costs as much as taking it in. Each is given away once.
 */
export function createFreshMessages() {
  const messages = new Map<number, FreshMessage>();
  let bytes = 0;
  return {
    add: (id: number, fresh: FreshMessage) => {
      const size = fresh.message.body.byteLength;
      if (bytes + size > MOST_BYTES) return;
      bytes += size;
      messages.set(id, fresh);
    },
    take: (id: number): FreshMessage | undefined => {
      const fresh = messages.get(id);
      if (fresh === undefined) return undefined;
      messages.delete(id);
      bytes -= fresh.message.body.byteLength;
      return fresh;
    },
  };
}
