import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { EVENT } from '../options/event-name.ts';
import { JSON_OBJECT } from '../options/json.ts';
import { WHICH_JOURNAL } from './which-journal.ts';

const ABOUT = `
Prints one stored event as it is sent, with its deliveries and their latest attempts (at most 64 each).
Attempts numbered 0 and below were made before a replay. Never writes; a running watcher does not
notice.
`;

export const journalShowCommand = defineCommand({
  name: 'show',
  summary: 'one event with its deliveries and attempts',
  about: ABOUT,
  operands: { event: EVENT },
  options: { ...WHICH_JOURNAL, json: JSON_OBJECT },
  exitCodes: {
    0: '',
    1: 'when the event is not stored (any more), or the journal cannot be read',
    2: MISTAKE_OR_CONFIGURATION,
  },
  run: async (values, io) => (await import('./print-event.ts')).printEvent(values, io),
});
