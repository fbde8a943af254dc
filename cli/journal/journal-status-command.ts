import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { JSON_OBJECT } from '../options/json.ts';
import { WHICH_JOURNAL } from './which-journal.ts';

const ABOUT = `
Says how large the journal is, what waits in it and for whom, which deliveries were given up, how far
the cluster was read, and which process runs on it. Never writes; a running watcher does not notice.
`;

export const journalStatusCommand = defineCommand({
  name: 'status',
  summary: 'size, queues, dead letters, resume points, owner, schema',
  about: ABOUT,
  options: { ...WHICH_JOURNAL, json: JSON_OBJECT },
  exitCodes: { 0: '', 1: 'when there is no journal or it cannot be read', 2: MISTAKE_OR_CONFIGURATION },
  run: async (values, io) => (await import('./print-status.ts')).printStatus(values, io),
});
