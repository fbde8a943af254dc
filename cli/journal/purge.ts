import { systemClock } from '../../settings/ambient/clock.ts';
import { createWriter } from '../../watcher/journal/database/writer.ts';
import {
  createRemoval,
  type RemovalCount,
  type RemovalTarget,
} from '../../watcher/journal/operations/removal.ts';
import { type Command, type CommandInput, EXIT, stringOption, UsageError } from '../terminal/command.ts';
import { confirm } from '../terminal/confirm.ts';
import { pointInTime } from '../terminal/point-in-time.ts';
import { createProgress } from '../terminal/progress.ts';
import { WHICH_JOURNAL, WHICH_JOURNAL_HELP, withJournal } from './with-journal.ts';

const HELP = `Usage: offhook journal purge --before TIME [OPTIONS]
       offhook journal purge --dead-letters --subscription NAME [--before TIME] [OPTIONS]

Removes events that were stored and settled before a time, delivered ones and dead letters alike; or only
the dead letters of one subscription. What is pending always stays. What is removed cannot be replayed.
The watcher does the same by itself after journal.retention.

Options:
  --before TIME        2026-01-31T12:00:00Z, or 2h for two hours ago
  --dead-letters       only dead letters, of --subscription
  --subscription NAME  whose dead letters
  --dry-run            say what would be removed
  --yes                do not ask
${WHICH_JOURNAL_HELP}
  --json               the result as one JSON object
  -h, --help           this text

Exit code: 0; 1 when it was not confirmed, or the journal cannot be written; 2 for a mistake on the
command line or in the configuration.
`;

export const purgeCommand: Command = {
  help: HELP,
  options: {
    before: { type: 'string' },
    'dead-letters': { type: 'boolean' },
    subscription: { type: 'string' },
    'dry-run': { type: 'boolean' },
    yes: { type: 'boolean' },
    ...WHICH_JOURNAL,
    json: { type: 'boolean' },
  },
  operands: 0,
  run(input, io) {
    const target = readTarget(input, systemClock.nowMs());
    const { yes, json, 'dry-run': dryRun } = input.options;
    return withJournal(input, io, 'write', async ({ database, file }) => {
      const removal = createRemoval(database, createWriter(database, file, systemClock));
      const found = removal.count(target);
      const say = (verb: string, count: RemovalCount) =>
        io.stdout.write(
          json
            ? `${JSON.stringify({ dryRun: dryRun === true, ...count })}\n`
            : `${verb} ${describe(count)}.\n`,
        );
      if (dryRun || found.events + found.deadLetters === 0) {
        say(dryRun ? 'Would remove' : 'Removed', found);
        return EXIT.ok;
      }
      if (!yes && !(await confirm(`Remove ${describe(found)}?`, io))) {
        io.stderr.write('Nothing was removed.\n');
        return EXIT.failed;
      }
      const total = { events: 0, deadLetters: 0 };
      const progress = createProgress(json ? { write: () => {} } : io.stderr, 'removed');
      for (const step of removal.remove(target)) {
        total.events += step.events;
        total.deadLetters += step.deadLetters;
        progress.show(size(total, target), size(found, target));
      }
      progress.end();
      say('Removed', total);
      return EXIT.ok;
    });
  },
};

function readTarget(input: CommandInput, nowMs: number): RemovalTarget {
  const before = stringOption(input, 'before');
  const beforeMs = before === undefined ? null : pointInTime('--before', before, nowMs);
  const subscription = stringOption(input, 'subscription');
  if (input.options['dead-letters'] === true) {
    if (subscription === undefined) throw new UsageError('--dead-letters needs --subscription NAME');
    return { kind: 'deadLetters', subscription, beforeMs };
  }
  if (subscription !== undefined) throw new UsageError('--subscription goes with --dead-letters');
  if (beforeMs === null)
    throw new UsageError('expected --before TIME, or --dead-letters --subscription NAME');
  return { kind: 'before', beforeMs };
}

function size({ events, deadLetters }: RemovalCount, { kind }: RemovalTarget): number {
  return kind === 'before' ? events : deadLetters;
}

function describe({ events, deadLetters }: RemovalCount): string {
  if (events === 0) return `${deadLetters} dead letters`;
  return `${events} events${deadLetters > 0 ? `, with ${deadLetters} dead letters that were never delivered` : ''}`;
}
