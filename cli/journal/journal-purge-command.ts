import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { UsageError } from '../command/usage-error.ts';
import { pointInTimeValue, textValue } from '../command/value-kinds.ts';
import { JSON_RESULT } from '../options/json.ts';
import { WHICH_JOURNAL } from './which-journal.ts';

const ABOUT = `
Removes events that were stored and settled before a time, delivered ones and dead letters alike; or only
the dead letters of one subscription. What is pending always stays. What is removed cannot be replayed.
The watcher does the same by itself after journal.retention.
`;

export const journalPurgeCommand = defineCommand({
  name: 'purge',
  summary: 'remove old events or dead letters',
  usage: ['--before TIME [OPTIONS]', '--dead-letters --subscription NAME [--before TIME] [OPTIONS]'],
  about: ABOUT,
  options: {
    before: {
      placeholder: 'TIME',
      kind: pointInTimeValue,
      help: '2026-01-31T12:00:00Z, or 2h for two hours ago',
    },
    'dead-letters': { help: 'only dead letters, of --subscription', goesWith: { subscription: '' } },
    subscription: {
      placeholder: 'NAME',
      kind: textValue,
      help: 'whose dead letters',
      goesWith: { 'dead-letters': '' },
    },
    'dry-run': { help: 'say what would be removed' },
    yes: { help: 'do not ask' },
    ...WHICH_JOURNAL,
    json: JSON_RESULT,
  },
  exitCodes: {
    0: '',
    1: 'when it was not confirmed, or the journal cannot be written',
    2: MISTAKE_OR_CONFIGURATION,
  },
  async run({ before: beforeMs, subscription, dryRun, yes, json, config, dataDir }, io) {
    const target = subscription === undefined ? olderThan(beforeMs) : deadLetters(subscription, beforeMs);
    const { purgeEvents } = await import('./purge-events.ts');
    return purgeEvents({ which: { config, dataDir }, target, dryRun, yes, json }, io);
  },
});

function deadLetters(subscription: string, beforeMs: number | undefined) {
  return { kind: 'deadLetters', subscription, beforeMs: beforeMs ?? null } as const;
}

function olderThan(beforeMs: number | undefined) {
  if (beforeMs === undefined)
    throw new UsageError('expected --before TIME, or --dead-letters --subscription NAME');
  return { kind: 'before', beforeMs } as const;
}
