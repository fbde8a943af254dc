import { systemClock } from '../../settings/ambient/clock.ts';
import { createWriter } from '../../watcher/journal/database/writer.ts';
import { enableSubscription } from '../../watcher/journal/operations/enable-subscription.ts';
import { createReplay } from '../../watcher/journal/operations/replay.ts';
import { type Command, EXIT, UsageError } from '../terminal/command.ts';
import { WHICH_JOURNAL, WHICH_JOURNAL_HELP, withJournal } from './with-journal.ts';

const HELP = `Usage: offhook journal enable SUBSCRIPTION [OPTIONS]

Takes up a subscription that its receiver ended (410 Gone, or "webhook-delivery: disable"). It hears of
events from now on; a running watcher goes on within a second. What became a dead letter stays one:
"offhook journal replay --subscription NAME" sends that.

Options:
${WHICH_JOURNAL_HELP}
  --json               the result as one JSON object
  -h, --help           this text

Exit code: 0, also when it was enabled already; 1 when the journal cannot be written; 2 for a mistake on
the command line or in the configuration.
`;

export const enableCommand: Command = {
  help: HELP,
  options: { ...WHICH_JOURNAL, json: { type: 'boolean' } },
  operands: 1,
  run(input, io) {
    const [subscription] = input.operands;
    if (subscription === undefined) throw new UsageError('expected the name of a SUBSCRIPTION');
    return withJournal(input, io, 'write', ({ database, file }, configured) => {
      if (configured !== null && !configured.subscriptions.includes(subscription)) {
        const known = configured.subscriptions.join(', ');
        io.stderr.write(
          `offhook journal: no subscription ${subscription} in the configuration, which has: ${known}\n`,
        );
        return EXIT.failed;
      }
      const writer = createWriter(database, file, systemClock);
      const why = enableSubscription(database, writer, subscription);
      const deadLetters = createReplay(database, writer, systemClock.nowMs).deadLettersOf(
        subscription,
      ).length;
      if (input.options.json) {
        io.stdout.write(`${JSON.stringify({ subscription, wasDisabled: why, deadLetters })}\n`);
        return EXIT.ok;
      }
      io.stdout.write(
        why === null
          ? `${subscription} was not disabled.\n`
          : `${subscription} is enabled; it was disabled by: ${why}.\n`,
      );
      if (deadLetters > 0)
        io.stdout.write(
          `It has ${deadLetters} dead letters: offhook journal replay --subscription ${subscription}\n`,
        );
      return EXIT.ok;
    });
  },
};
