import type { CommandGroup } from '../command/command.ts';
import { journalEnableCommand } from './journal-enable-command.ts';
import { journalListCommand } from './journal-list-command.ts';
import { journalPurgeCommand } from './journal-purge-command.ts';
import { journalReplayCommand } from './journal-replay-command.ts';
import { journalRetryCommand } from './journal-retry-command.ts';
import { journalShowCommand } from './journal-show-command.ts';
import { journalStatusCommand } from './journal-status-command.ts';
import { WHICH_JOURNAL } from './which-journal.ts';

const NOTES = `
"status", "list" and "show" never write. What "replay", "retry", "purge" and "enable" do, a running watcher
takes up within a second; without one it is there at its next start.
`;

/** `offhook journal …` */
export const journalCommands: CommandGroup = {
  name: 'journal',
  summary: 'look into the journal, retry, replay and remove events',
  about: 'Looks into the journal of a watcher and works on it, whether the watcher runs or not.',
  commands: [
    journalStatusCommand,
    journalListCommand,
    journalShowCommand,
    journalReplayCommand,
    journalRetryCommand,
    journalPurgeCommand,
    journalEnableCommand,
  ],
  common: { heading: 'Which journal, one of', options: WHICH_JOURNAL },
  notes: NOTES,
};
