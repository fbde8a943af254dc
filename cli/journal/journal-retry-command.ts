import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { textValue } from '../command/value-kinds.ts';
import { EVENT } from '../options/event-name.ts';
import { JSON_RESULT } from '../options/json.ts';
import { WHICH_JOURNAL } from './which-journal.ts';

const ABOUT = `
Makes what waits due now, for whoever has just mended a receiver: one event, everything that waits for a
subscription, or, with neither, everything. It also ends a silence that a receiver asked for.

A receiver that fails is asked with one delivery at once; as soon as it takes that, the others follow, a
few at a time at first. Attempts made so far stay counted. A running watcher hears of it within a second;
every start of one does the same. Dead letters do not wait any more: "offhook journal replay" sends them.
`;

export const journalRetryCommand = defineCommand({
  name: 'retry',
  summary: 'try now what waits for its next attempt',
  usage: [`[${EVENT.placeholder}] [--subscription NAME] [OPTIONS]`],
  about: ABOUT,
  operands: { event: { ...EVENT, optional: true } },
  options: {
    subscription: { placeholder: 'NAME', kind: textValue, help: 'only what waits for this subscription' },
    ...WHICH_JOURNAL,
    json: JSON_RESULT,
  },
  exitCodes: {
    0: '(also when nothing waits)',
    1: 'when the event waits for nobody, nobody would send it, or the journal cannot be written',
    2: MISTAKE_OR_CONFIGURATION,
  },
  run: async (values, io) => (await import('./retry-deliveries.ts')).retryDeliveries(values, io),
});
