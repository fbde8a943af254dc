import {
  DELIVERY_STATES,
  type EventFilter,
  type ListedEvent,
  listEvents,
} from '../../watcher/journal/records/event-list.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { printPage } from '../terminal/print-page.ts';
import { rfc3339 } from '../terminal/rfc3339.ts';
import type { WhichJournal } from './which-journal.ts';
import { withJournal } from './with-journal.ts';

/** Prints a page of stored events; returns the exit code. */
export function printEvents(
  {
    which,
    filter,
    page,
    json,
  }: {
    readonly which: WhichJournal;
    readonly filter: EventFilter;
    readonly page: { readonly before: number; readonly limit: number };
    readonly json: boolean;
  },
  io: CommandIo,
): Promise<number> {
  return withJournal(which, io, 'read', ({ database }) => {
    const { events: items, next } = listEvents(database, filter, page);
    printPage(
      { items, next },
      {
        json,
        toJson,
        heading: ['SEQUENCE', 'TIME', 'HOOK', 'SUBJECT', 'DELIVERIES'],
        toRow,
        noneText: 'No event matches.',
        cursorOption: '--after',
      },
      io,
    );
    return EXIT.ok;
  });
}

function toJson({ timeMs, ...event }: ListedEvent) {
  return { ...event, time: rfc3339(timeMs) };
}

function toRow({ sequence, timeMs, hook, subject, deliveries }: ListedEvent): readonly string[] {
  const counts = DELIVERY_STATES.filter((state) => deliveries[state] > 0).map(
    (state) => `${deliveries[state]} ${state}`,
  );
  return [String(sequence), rfc3339(timeMs) ?? '', hook, subject, counts.join(', ') || 'nobody wants it'];
}
