import { systemClock } from '../../settings/ambient/clock.ts';
import { counted } from '../../settings/counted.ts';
import { createWriter } from '../../watcher/journal/database/writer.ts';
import {
  createEventRemoval,
  type RemovalCount,
  type RemovalTarget,
} from '../../watcher/journal/operations/remove-events.ts';
import { type CommandIo, NOWHERE } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { confirm } from '../terminal/confirm.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { createProgress } from '../terminal/progress.ts';
import type { WhichJournal } from './which-journal.ts';
import { withJournal } from './with-journal.ts';

/** What to remove from which journal; `yes`: without asking. */
type Purge = {
  readonly which: WhichJournal;
  readonly target: RemovalTarget;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
};

/** Removes what was meant once somebody has confirmed it; returns the exit code. */
export function purgeEvents({ which, target, dryRun, yes, json }: Purge, io: CommandIo): Promise<number> {
  const say = (verb: string, count: RemovalCount) =>
    io.stdout.write(json ? jsonLine({ dryRun, ...count }) : `${verb} ${describe(count)}.\n`);
  return withJournal(which, io, 'write', async ({ database, file }) => {
    const removal = createEventRemoval(database, createWriter(database, file, systemClock));
    const found = removal.count(target);
    if (dryRun || found.events + found.deadLetters === 0) {
      say(dryRun ? 'Would remove' : 'Removed', found);
      return EXIT.ok;
    }
    if (!yes && !(await confirm(`Remove ${describe(found)}?`, io, 'removes'))) {
      io.stderr.write('Nothing was removed.\n');
      return EXIT.failed;
    }
    const total = { events: 0, deadLetters: 0 };
    const progress = createProgress(json ? NOWHERE : io.stderr, 'removed');
    for (const step of removal.remove(target)) {
      total.events += step.events;
      total.deadLetters += step.deadLetters;
      progress.show(size(total, target), size(found, target));
    }
    progress.end();
    say('Removed', total);
    return EXIT.ok;
  });
}

function size({ events, deadLetters }: RemovalCount, { kind }: RemovalTarget): number {
  return kind === 'before' ? events : deadLetters;
}

function describe({ events, deadLetters }: RemovalCount): string {
  if (events === 0) return counted(deadLetters, 'dead letter');
  const lost = counted(deadLetters, 'dead letter that was', 'dead letters that were');
  return `${counted(events, 'event')}${deadLetters > 0 ? `, with ${lost} never delivered` : ''}`;
}
