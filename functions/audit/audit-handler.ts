import { sha256Hex } from '../../protocol/bytes/sha256.ts';
import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import type { Handler, HandlerContext } from '../hooks/handler.ts';
import type { AuditTrail } from '../timeline/audit-entry.ts';
import { eventFacts } from '../timeline/event-facts.ts';

/**
 * Records every event, word for word with its signature, and so makes it visible on the live page. What each handler
 * then did with it is recorded by the consumer, beside it. A registry knows it by its property `keepsAuditTrail`.
 *
 * @param now milliseconds since the epoch.
 */
export function createAudit(trail: AuditTrail, now: () => number): Handler<LifecycleEvent> {
  async function audit(
    event: LifecycleEvent,
    { receivedAt, attempt, body, signed }: HandlerContext,
  ): Promise<void> {
    const facts = eventFacts(event, {
      receivedAtMs: receivedAt.getTime(),
      recordedAtMs: now(),
      attempt,
      bodySha256: await sha256Hex(body, trail.digest),
      signed,
    });
    await trail.append({ facts, body });
  }
  // By name: it may be made from another copy of this module than the one that registers it.
  return Object.assign(audit, { keepsAuditTrail: true });
}
