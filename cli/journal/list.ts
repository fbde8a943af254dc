import { HOOKS } from '../../protocol/event-type.ts';
import { printableJson } from '../../protocol/printable.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import {
  DELIVERY_STATES,
  type DeliveryState,
  type EventFilter,
  type ListedEvent,
  listEvents,
} from '../../watcher/journal/records/event-list.ts';
import { type Command, type CommandInput, EXIT, stringOption, UsageError } from '../terminal/command.ts';
import { formatTable } from '../terminal/format.ts';
import { pointInTime, rfc3339 } from '../terminal/point-in-time.ts';
import { WHICH_JOURNAL, WHICH_JOURNAL_HELP, withJournal } from './with-journal.ts';

const MOST_LISTED = 1000;

const HELP = `Usage: offhook journal list [OPTIONS]

Lists stored events, the latest first. Never writes; a running watcher does not notice.

Options:
  --since TIME         events at or after this time: 2026-01-31T12:00:00Z, or 2h for two hours ago
  --until TIME         events before this time
  --hook HOOK          ${HOOKS.slice(0, 4).join(', ')},
                       ${HOOKS.slice(4).join(', ')}
  --namespace NAME     of the Pod
  --subscription NAME  events meant for this subscription
  --state STATE        pending, delivered or dead: with a delivery in this state; with
                       --subscription, the delivery to that one
  --limit N            at most so many, 1 to ${MOST_LISTED} (default 50)
  --cursor SEQUENCE    go on behind this event, the last one of the page before
${WHICH_JOURNAL_HELP}
  --json               one JSON object a line; its "sequence" is the cursor
  -h, --help           this text

Exit code: 0, also when nothing matches; 1 when there is no journal or it cannot be read; 2 for a
mistake on the command line or in the configuration.
`;

export const listCommand: Command = {
  help: HELP,
  options: {
    since: { type: 'string' },
    until: { type: 'string' },
    hook: { type: 'string' },
    namespace: { type: 'string' },
    subscription: { type: 'string' },
    state: { type: 'string' },
    limit: { type: 'string' },
    cursor: { type: 'string' },
    ...WHICH_JOURNAL,
    json: { type: 'boolean' },
  },
  operands: 0,
  run(input, io) {
    const filter = readFilter(input);
    const limit = wholeNumber('--limit', stringOption(input, 'limit') ?? '50', 1, MOST_LISTED);
    const cursor = stringOption(input, 'cursor');
    const before =
      cursor === undefined
        ? Number.MAX_SAFE_INTEGER
        : wholeNumber('--cursor', cursor, 1, Number.MAX_SAFE_INTEGER);
    return withJournal(input, io, 'read', ({ database }) => {
      const { events, next } = listEvents(database, filter, { before, limit });
      if (input.options.json)
        for (const event of events) io.stdout.write(`${printableJson(JSON.stringify(toJson(event)))}\n`);
      else if (events.length > 0) io.stdout.write(`${toTable(events)}\n`);
      else io.stderr.write('No event matches.\n');
      if (next !== null) io.stderr.write(`More: --cursor ${next}\n`);
      return EXIT.ok;
    });
  },
};

function readFilter(input: CommandInput): EventFilter {
  const nowMs = systemClock.nowMs();
  const text = (name: string) => stringOption(input, name);
  const time = (name: string) => {
    const given = text(name);
    return given === undefined ? undefined : pointInTime(`--${name}`, given, nowMs);
  };
  const all = {
    sinceMs: time('since'),
    untilMs: time('until'),
    hook: oneOf('--hook', text('hook'), HOOKS),
    namespace: text('namespace'),
    subscription: text('subscription'),
    state: oneOf<DeliveryState>('--state', text('state'), DELIVERY_STATES),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function oneOf<T extends string>(
  option: string,
  given: string | undefined,
  words: readonly T[],
): T | undefined {
  if (given === undefined) return undefined;
  const word = words.find((each) => each === given);
  if (word === undefined)
    throw new UsageError(`${option} must be one of ${words.join(', ')}; not "${given}"`);
  return word;
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (/^\d{1,16}$/.test(text) && number >= min && number <= max) return number;
  throw new UsageError(`${option} must be a whole number from ${min} to ${max}, not "${text}"`);
}

function toJson({ timeMs, ...event }: ListedEvent) {
  return { ...event, time: rfc3339(timeMs) };
}

function toTable(events: readonly ListedEvent[]): string {
  const rows = events.map(({ sequence, timeMs, hook, subject, deliveries }) => [
    String(sequence),
    rfc3339(timeMs) ?? '',
    hook,
    subject,
    DELIVERY_STATES.filter((state) => deliveries[state] > 0)
      .map((state) => `${deliveries[state]} ${state}`)
      .join(', ') || 'nobody wants it',
  ]);
  return formatTable([['SEQUENCE', 'TIME', 'HOOK', 'SUBJECT', 'DELIVERIES'], ...rows]);
}
