import type { Command } from '../command/command.ts';
import { journalReplayCommand } from '../journal/journal-replay-command.ts';

/** `offhook journal replay`, by the name of other webhook tools. */
export const resendCommand: Command = {
  ...journalReplayCommand,
  name: 'resend',
  summary: 'send a stored event again, as "journal replay" does',
};
