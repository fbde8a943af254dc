import type { LifecycleEvent } from '../../protocol/lifecycle-event.ts';
import { type AuditRecord, auditRecord } from '../audit/audit-record.ts';
import type { Handler } from '../hooks/handler.ts';

/** Where the audit handler writes. The same event appended twice is one row. */
export interface AuditTrail {
  append(record: AuditRecord): Promise<void>;
}

/**
 * Records every event, and so makes it visible on the live page. What each handler then did with it is recorded
 * by the consumer, beside it.
 *
 * @param now milliseconds since the epoch.
 */
export function createAudit(trail: AuditTrail, now: () => number): Handler<LifecycleEvent> {
  return async function audit(event, { receivedAt, attempt }) {
    await trail.append(
      auditRecord(event, { receivedAtMs: receivedAt.getTime(), recordedAtMs: now(), attempt }),
    );
  };
}
