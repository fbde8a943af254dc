import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { durationValue, wholeNumberValue } from '../command/value-kinds.ts';
import { JSON_RESULT } from '../options/json.ts';
import { FAILURE_FILTER, failureFilterOf } from './failure-filter.ts';
import { WHICH_RECEIVER } from './which-receiver.ts';

const ABOUT = `
Runs handlers that gave up and have not succeeded since again, from their first try; the other handlers of
their events do not run. First it says what it would run, and asks. That it was asked for, and by whom, is a
record of the audit trail.

Then it looks on until they have ended. A receiver behind --data-dir that does not run takes up what was asked
for at its next start.
`;

const MOST_A_SECOND = 5;

export const handlersRerunCommand = defineCommand({
  name: 'rerun',
  summary: 'run handlers that gave up again',
  about: ABOUT,
  options: {
    open: { help: 'for a selection copied from "list": nothing else is run again' },
    ...FAILURE_FILTER,
    again: { help: 'also those that somebody has asked for since and that have not ended' },
    'dry-run': { help: 'only say what would run again', conflicts: { yes: 'a dry run asks nothing' } },
    yes: { help: 'do not ask' },
    rate: {
      placeholder: 'N',
      kind: wholeNumberValue(1, MOST_A_SECOND),
      help: `handlers a second, 1 to ${MOST_A_SECOND}`,
      default: String(MOST_A_SECOND),
    },
    'no-wait': { help: 'do not look on' },
    timeout: { placeholder: 'DURATION', kind: durationValue, help: 'look on at most so long', default: '5m' },
    ...WHICH_RECEIVER,
    json: JSON_RESULT,
  },
  examples: [
    'offhook handlers rerun --handler cleanup --dry-run --data-dir /var/lib/offhook-receiver',
    'offhook handlers rerun --since 12h --url https://bridge.example.com --token-file page.token',
  ],
  exitCodes: {
    0: 'when all of it runs again and, where it looked on, has completed; also when there is nothing to run',
    1: 'when something was refused, gave up again or has not ended after --timeout, or the receiver cannot be asked',
    2: MISTAKE,
  },
  async run(
    { open: _, again, dryRun, yes, rate, noWait, timeout, json, dataDir, url, tokenFile, ...wanted },
    io,
  ) {
    const { rerunFailures } = await import('./rerun-failures.ts');
    return rerunFailures(
      {
        which: { dataDir, url, tokenFile },
        filter: failureFilterOf(wanted),
        settings: { again, dryRun, yes, rate, waitMs: noWait ? 0 : timeout, json },
      },
      io,
    );
  },
});
