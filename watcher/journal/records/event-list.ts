import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { bytesOf, integerOf, textOf } from '../database/column.ts';

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Which events; what is absent admits all. Times are those of the events, wall time in milliseconds. */
export type EventFilter = {
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly hook?: string;
  readonly namespace?: string;
  readonly subscription?: string;
  /** At least one delivery in this state; with `subscription`, the delivery to that one. */
  readonly state?: DeliveryState;
};

export type ListedEvent = {
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly hook: string;
  /** `<namespace>/<pod>/<container>`, or what the event is about otherwise; empty for a body that holds none. */
  readonly subject: string;
  readonly timeMs: number;
  readonly deliveries: Readonly<Record<DeliveryState, number>>;
};

/** `next`: the cursor of the following page; null at the end. */
type EventPage = { readonly events: readonly ListedEvent[]; readonly next: number | null };

/**
 * Stored events, the latest first.
 *
 * @param page `before`: only those with a smaller sequence number.
 */
export function listEvents(
  database: DatabaseSync,
  filter: EventFilter,
  page: { readonly before: number; readonly limit: number },
): EventPage {
  const { where, parameters } = conditions(filter);
  const rows = database
    .prepare(
      `SELECT e.sequence, e.id, e.type, e.hook, e.time_ms, e.body,
         COALESCE(SUM(d.state = 'pending'), 0) AS pending,
         COALESCE(SUM(d.state = 'delivered'), 0) AS delivered, COALESCE(SUM(d.state = 'dead'), 0) AS dead
       FROM (SELECT * FROM event AS e WHERE e.sequence < $before ${where}
             ORDER BY e.sequence DESC LIMIT $limit) AS e
       LEFT JOIN delivery AS d USING (sequence) GROUP BY e.sequence ORDER BY e.sequence DESC`,
    )
    .all({ ...parameters, $before: page.before, $limit: page.limit + 1 });
  const events = rows.slice(0, page.limit).map(listedEvent);
  return { events, next: rows.length > page.limit ? (events.at(-1)?.sequence ?? null) : null };
}

function conditions(filter: EventFilter) {
  const { sinceMs, untilMs, hook, namespace, subscription, state } = filter;
  const parameters: Record<string, string | number> = {};
  const named = (name: string, value: string | number | undefined, condition: string): string => {
    if (value === undefined) return '';
    parameters[name] = value;
    return ` AND ${condition}`;
  };
  const delivery = [
    named('$subscription', subscription, 'd.subscription = $subscription'),
    named('$state', state, 'd.state = $state'),
  ].join('');
  const where = [
    named('$since', sinceMs, 'e.time_ms >= $since'),
    named('$until', untilMs, 'e.time_ms < $until'),
    named('$hook', hook, 'e.hook = $hook'),
    named('$namespace', namespace, 'e.namespace = $namespace'),
    delivery && ` AND EXISTS (SELECT 1 FROM delivery AS d WHERE d.sequence = e.sequence${delivery})`,
  ].join('');
  return { where, parameters };
}

function listedEvent(row: Record<string, SQLOutputValue>): ListedEvent {
  return {
    sequence: integerOf(row, 'sequence'),
    id: textOf(row, 'id'),
    type: textOf(row, 'type'),
    hook: textOf(row, 'hook'),
    subject: subjectOf(bytesOf(row, 'body')),
    timeMs: integerOf(row, 'time_ms'),
    deliveries: {
      pending: integerOf(row, 'pending'),
      delivered: integerOf(row, 'delivered'),
      dead: integerOf(row, 'dead'),
    },
  };
}

/** The journal keeps the bytes to send and an index of them; the subject is only in the bytes. */
function subjectOf(body: Uint8Array): string {
  try {
    const event: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof event === 'object' && event !== null && 'subject' in event) return String(event.subject);
  } catch {
    // No JSON: not written by this program. The list shows the rest.
  }
  return '';
}
