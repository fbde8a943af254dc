import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { textValue } from '../command/value-kinds.ts';
import { JSON_RESULT } from '../options/json.ts';
import { WHICH_JOURNAL } from './which-journal.ts';

const ABOUT = `
Takes up a subscription that its receiver ended (410 Gone, or "webhook-delivery: disable"). It hears of
events from now on; a running watcher goes on within a second. What became a dead letter stays one:
"offhook journal replay --subscription NAME" sends that.
`;

export const journalEnableCommand = defineCommand({
  name: 'enable',
  summary: 'take up a subscription that its receiver ended',
  about: ABOUT,
  operands: {
    subscription: { placeholder: 'SUBSCRIPTION', kind: textValue, wanted: 'the name of a SUBSCRIPTION' },
  },
  options: { ...WHICH_JOURNAL, json: JSON_RESULT },
  exitCodes: {
    0: '(also when it was enabled already)',
    1: 'when the journal cannot be written',
    2: MISTAKE_OR_CONFIGURATION,
  },
  run: async (values, io) => (await import('./enable-by-name.ts')).enableByName(values, io),
});
