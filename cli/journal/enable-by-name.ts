import { printable } from '../../protocol/json/printable.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { counted } from '../../settings/counted.ts';
import { createWriter } from '../../watcher/journal/database/writer.ts';
import { enableSubscription } from '../../watcher/journal/operations/enable-subscription.ts';
import { createReplay } from '../../watcher/journal/operations/replay-deliveries.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { jsonLine } from '../terminal/json-line.ts';
import type { WhichJournal } from './which-journal.ts';
import { type Configured, withJournal } from './with-journal.ts';

/** Enables a subscription and says what was wrong with it; returns the exit code. */
export function enableByName(
  { subscription, json, ...which }: WhichJournal & { readonly subscription: string; readonly json: boolean },
  io: CommandIo,
): Promise<number> {
  return withJournal(which, io, 'write', ({ database, file }, configured) => {
    const unknown = whyUnknown(subscription, configured);
    if (unknown !== null) {
      io.stderr.write(`offhook journal: ${unknown}\n`);
      return EXIT.failed;
    }
    const writer = createWriter(database, file, systemClock);
    const why = enableSubscription(database, writer, subscription);
    const replay = createReplay(database, writer, systemClock.nowMs);
    const deadLetters = replay.deadLettersOf(subscription).length;
    io.stdout.write(
      json
        ? jsonLine({ subscription, wasDisabled: why, deadLetters })
        : resultText({ subscription, why, deadLetters }),
    );
    return EXIT.ok;
  });
}

function whyUnknown(subscription: string, configured: Configured): string | null {
  if (configured === null || configured.subscriptions.includes(subscription)) return null;
  const known = configured.subscriptions.join(', ');
  return `no subscription ${subscription} in the configuration, which has: ${known}`;
}

function resultText(result: {
  readonly subscription: string;
  readonly why: string | null;
  readonly deadLetters: number;
}): string {
  const { subscription, why, deadLetters } = result;
  const enabled =
    why === null
      ? `${subscription} was not disabled.\n`
      : `${subscription} is enabled; it was disabled by: ${printable(why)}.\n`;
  return deadLetters === 0
    ? enabled
    : `${enabled}It has ${counted(deadLetters, 'dead letter')}: offhook journal replay --subscription ${subscription}\n`;
}
