import { printableJson } from '../../protocol/printable.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import {
  type EventDelivery,
  type EventRecord,
  readEvent,
} from '../../watcher/journal/records/event-record.ts';
import { type Command, EXIT, UsageError } from '../terminal/command.ts';
import { formatDuration, formatTable } from '../terminal/format.ts';
import { rfc3339 } from '../terminal/point-in-time.ts';
import { describeEventName, parseEventName } from './event-name.ts';
import { WHICH_JOURNAL, WHICH_JOURNAL_HELP, withJournal } from './with-journal.ts';

const HELP = `Usage: offhook journal show SEQUENCE|ID [OPTIONS]

Prints one stored event as it is sent, with its deliveries and their latest attempts (at most 64 each).
Attempts numbered 0 and below were made before a replay. Never writes; a running watcher does not notice.

Options:
${WHICH_JOURNAL_HELP}
  --json               one JSON object
  -h, --help           this text

Exit code: 0; 1 when the event is not stored (any more), or the journal cannot be read; 2 for a mistake
on the command line or in the configuration.
`;

export const showCommand: Command = {
  help: HELP,
  options: { ...WHICH_JOURNAL, json: { type: 'boolean' } },
  operands: 1,
  run(input, io) {
    const [given] = input.operands;
    if (given === undefined) throw new UsageError('expected the SEQUENCE or the ID of an event');
    const name = parseEventName(given);
    return withJournal(input, io, 'read', ({ database }) => {
      const record = readEvent(database, name);
      if (record === null) {
        io.stderr.write(`offhook journal: event ${describeEventName(name)} is not stored\n`);
        return EXIT.failed;
      }
      io.stdout.write(
        input.options.json
          ? `${printableJson(JSON.stringify(toJson(record)))}\n`
          : toText(record, systemClock.nowMs()),
      );
      return EXIT.ok;
    });
  },
};

function toJson({ sequence, id, storedAtMs, expiresAtMs, body, deliveries }: EventRecord) {
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

function toText(record: EventRecord, nowMs: number): string {
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
  const heading = `${subscription}: ${what}${why}; ${attempts} attempts, changed ${rfc3339(changedAtMs)}`;
  const rows = delivery.history.map(({ attempt, atMs, outcome, durationMs }) => [
    `  ${attempt}`,
    rfc3339(atMs) ?? '',
    outcome,
    `${durationMs} ms`,
  ]);
  return rows.length === 0 ? heading : `${heading}\n${formatTable(rows)}`;
}

function nextAttempt({ nextAttemptMs }: EventDelivery, nowMs: number): string {
  if (nextAttemptMs === 'held') return 'waits for an earlier event of its container';
  if (nextAttemptMs === null || nextAttemptMs <= nowMs) return 'due now';
  return `next attempt in ${formatDuration(nextAttemptMs - nowMs)}`;
}

function parsed(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}
