import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Outage } from '../../delivery/delivery-store.ts';
import { bytesOf, integerOf, nullable, textOf } from '../database/column.ts';
import { hasId } from '../database/event-id-index.ts';
import { HELD_MS } from '../database/journal-schema.ts';
import type { DeliveryState } from './event-list.ts';
import { readFailures } from './read-failures.ts';

/** How an event is named on the command line: by its sequence number or its id. */
export type EventName = { readonly sequence: number } | { readonly id: string };

export type EventHistory = {
  readonly sequence: number;
  readonly id: string;
  readonly storedAtMs: number;
  readonly expiresAtMs: number | null;
  /** The stored bytes, which every attempt sends. */
  readonly body: Uint8Array;
  readonly deliveries: readonly EventDelivery[];
};

export type EventDelivery = {
  readonly subscription: string;
  readonly state: DeliveryState;
  /** Made since it was queued or replayed. */
  readonly attempts: number;
  /**
   * When the next attempt is due; `held` behind an earlier event of its container; null when settled. Where the receiver
   * fails, it is the next probe, of this event or of another one.
   */
  readonly nextAttemptMs: number | 'held' | null;
  /** Pending, and its receiver fails as a whole. */
  readonly receiverFails: boolean;
  readonly lastOutcome: string | null;
  readonly changedAtMs: number;
  /** The latest attempts, oldest first; numbers below 1 are of before a replay. */
  readonly history: readonly PastAttempt[];
};

type PastAttempt = {
  readonly attempt: number;
  readonly atMs: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly durationMs: number;
};

/** The sequence number of a stored event; null when it is not, or no longer, stored. */
export function findSequence(database: DatabaseSync, name: EventName): number | null {
  const row =
    'id' in name
      ? database.prepare(`SELECT sequence FROM event WHERE ${hasId('?1')}`).get(name.id)
      : database.prepare('SELECT sequence FROM event WHERE sequence = ?').get(name.sequence);
  return row === undefined ? null : integerOf(row, 'sequence');
}

/** Everything stored about one event; null when it is not stored. */
export function readEventHistory(
  database: DatabaseSync,
  name: EventName,
  nowMs: number,
): EventHistory | null {
  const sequence = findSequence(database, name);
  if (sequence === null) return null;
  const row = database.prepare('SELECT * FROM event WHERE sequence = ?').get(sequence);
  const selectDeliveries = database.prepare(
    'SELECT * FROM delivery WHERE sequence = ? ORDER BY subscription',
  );
  const selectAttempts = database.prepare(
    'SELECT * FROM attempt WHERE sequence = ? AND subscription = ? ORDER BY attempt',
  );
  const failures = readFailures(database, nowMs);
  return {
    sequence,
    id: textOf(row, 'id'),
    storedAtMs: integerOf(row, 'stored_at_ms'),
    expiresAtMs: nullable(integerOf, row, 'expires_at_ms'),
    body: bytesOf(row, 'body'),
    deliveries: selectDeliveries.all(sequence).map((delivery) => ({
      ...eventDelivery(delivery, failures(textOf(delivery, 'subscription')).outage, nowMs),
      history: [
        ...selectAttempts.all(sequence, textOf(delivery, 'subscription')).map(pastAttempt),
        ...takenAttempt(delivery),
      ],
    })),
  };
}

function eventDelivery(
  row: Record<string, SQLOutputValue>,
  outage: Outage | null,
  nowMs: number,
): Omit<EventDelivery, 'history'> {
  const state = textOf(row, 'state') as DeliveryState;
  const notBeforeMs = integerOf(row, 'not_before_ms');
  const probeMs = outage === null ? 0 : nowMs + outage.nextInMs;
  const waitsUntil = notBeforeMs === HELD_MS ? 'held' : Math.max(notBeforeMs, probeMs);
  return {
    subscription: textOf(row, 'subscription'),
    state,
    attempts: integerOf(row, 'attempts'),
    nextAttemptMs: state === 'pending' ? waitsUntil : null,
    receiverFails: state === 'pending' && outage !== null,
    lastOutcome: nullable(textOf, row, 'last_outcome'),
    changedAtMs: integerOf(row, 'changed_at_ms'),
  };
}

/** The attempt that was taken; none in a journal of before schema 6, where it is among the others. */
function takenAttempt(row: Record<string, SQLOutputValue>): readonly PastAttempt[] {
  if (typeof row.sent_at_ms !== 'number') return [];
  return [
    {
      attempt: integerOf(row, 'attempts'),
      atMs: row.sent_at_ms,
      outcome: textOf(row, 'last_outcome'),
      status: nullable(integerOf, row, 'status'),
      durationMs: integerOf(row, 'duration_ms'),
    },
  ];
}

function pastAttempt(row: Record<string, SQLOutputValue>): PastAttempt {
  return {
    attempt: integerOf(row, 'attempt'),
    atMs: integerOf(row, 'at_ms'),
    outcome: textOf(row, 'outcome'),
    status: nullable(integerOf, row, 'status'),
    durationMs: integerOf(row, 'duration_ms'),
  };
}
