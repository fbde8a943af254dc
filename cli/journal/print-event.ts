import { printableJson } from '../../protocol/json/printable.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { counted } from '../../settings/counted.ts';
import {
  type EventDelivery,
  type EventHistory,
  type EventName,
  readEventHistory,
} from '../../watcher/journal/records/event-history.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { describeEventName } from '../options/event-name.ts';
import { formatDuration } from '../terminal/format-quantity.ts';
import { formatTable } from '../terminal/format-table.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { rfc3339 } from '../terminal/rfc3339.ts';
import type { WhichJournal } from './which-journal.ts';
import { withJournal } from './with-journal.ts';

/** Prints one stored event; returns the exit code. */
export function printEvent(
  { event, json, ...which }: WhichJournal & { readonly event: EventName; readonly json: boolean },
  io: CommandIo,
): Promise<number> {
  return withJournal(which, io, 'read', ({ database }) => {
    const nowMs = systemClock.nowMs();
    const record = readEventHistory(database, event, nowMs);
    if (record === null) {
      io.stderr.write(`offhook journal: event ${describeEventName(event)} is not stored\n`);
      return EXIT.failed;
    }
    io.stdout.write(json ? jsonLine(toJson(record)) : toText(record, nowMs));
    return EXIT.ok;
  });
}

function toJson({ sequence, id, storedAtMs, expiresAtMs, body, deliveries }: EventHistory) {
  return {
    sequence,
    id,
    storedAt: rfc3339(storedAtMs),
    expiresAt: rfc3339(expiresAtMs),
    deliveries: deliveries.map(({ nextAttemptMs, changedAtMs, history, ...delivery }) => ({
      ...delivery,
      nextAttempt: nextAttemptMs === 'held' ? 'held' : rfc3339(nextAttemptMs),
      changedAt: rfc3339(changedAtMs),
      history: history.map(({ atMs, ...attempt }) => ({ ...attempt, at: rfc3339(atMs) })),
    })),
    event: parsed(body),
  };
}

function toText(record: EventHistory, nowMs: number): string {
  const facts = [
    ['sequence', String(record.sequence)],
    ['id', record.id],
    ['stored', `${rfc3339(record.storedAtMs)} (${formatDuration(nowMs - record.storedAtMs)} ago)`],
    ...(record.expiresAtMs === null ? [] : [['expires', rfc3339(record.expiresAtMs) ?? '']]),
    ['bytes', String(record.body.length)],
  ];
  const deliveries = record.deliveries.map((delivery) => deliveryText(delivery, nowMs)).join('\n\n');
  return `${formatTable(facts)}\n\n${deliveries || 'No subscription wanted it.'}\n\n${printableJson(JSON.stringify(parsed(record.body), null, 2))}\n`;
}

function deliveryText(delivery: EventDelivery, nowMs: number): string {
  const { subscription, state, attempts, lastOutcome, changedAtMs } = delivery;
  const what = state === 'pending' ? `pending, ${nextAttempt(delivery, nowMs)}` : state;
  const why = state === 'dead' && lastOutcome !== null ? `: ${lastOutcome}` : '';
  const heading = `${subscription}: ${what}${why}; ${counted(attempts, 'attempt')}, changed ${rfc3339(changedAtMs)}`;
  const rows = delivery.history.map(({ attempt, atMs, outcome, durationMs }) => [
    `  ${attempt}`,
    rfc3339(atMs) ?? '',
    outcome,
    `${durationMs} ms`,
  ]);
  return rows.length === 0 ? heading : `${heading}\n${formatTable(rows)}`;
}

function nextAttempt({ nextAttemptMs, receiverFails }: EventDelivery, nowMs: number): string {
  if (nextAttemptMs === 'held') return 'waits for an earlier event of its container';
  if (nextAttemptMs === null || nextAttemptMs <= nowMs) return 'due now';
  const when = `in ${formatDuration(nextAttemptMs - nowMs)}`;
  return receiverFails
    ? `its receiver fails; next attempt, with this event or another one, ${when}`
    : `next attempt ${when}`;
}

function parsed(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}
