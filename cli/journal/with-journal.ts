import { formatFaults } from '../../settings/fault.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import { loadJournalSettings } from '../../watcher/config/journal-settings.ts';
import { JournalError, JournalWriteError } from '../../watcher/journal/database/journal-error.ts';
import { type BesideJournal, openBeside } from '../../watcher/journal/database/open-beside.ts';
import { type CommandInput, type CommandIo, EXIT, stringOption, UsageError } from '../terminal/command.ts';

/** Options that say which journal; every command of the group has them. */
export const WHICH_JOURNAL = { config: { type: 'string' }, journal: { type: 'string' } } as const;

export const WHICH_JOURNAL_HELP = `  --config FILE        configuration of the watcher (default offhook.yaml)
  --journal DIR        the journal's directory; no configuration is read then`;

/** What the configuration says; null where --journal stands in for it. */
export type Configured = { readonly subscriptions: readonly string[]; readonly maxBytes: number } | null;

/**
 * Opens the journal, runs `work` and closes it. What an operator can do something about becomes a message and an exit
 * code: 1 for the journal, 2 for the configuration.
 */
export async function withJournal(
  input: CommandInput,
  io: Pick<CommandIo, 'env' | 'stderr'>,
  access: 'read' | 'write',
  work: (journal: BesideJournal, configured: Configured) => number | Promise<number>,
): Promise<number> {
  const located = locate(input, io);
  if (located === null) return EXIT.usage;
  let journal: BesideJournal | null = null;
  try {
    journal = openBeside(located.directory, access);
    return await work(journal, located.configured);
  } catch (error) {
    if (!(error instanceof JournalError || error instanceof JournalWriteError)) throw error;
    io.stderr.write(`offhook journal: ${error.message}\n`);
    return EXIT.failed;
  } finally {
    journal?.close();
  }
}

function locate(
  input: CommandInput,
  { env, stderr }: Pick<CommandIo, 'env' | 'stderr'>,
): { readonly directory: string; readonly configured: Configured } | null {
  const directory = stringOption(input, 'journal');
  const file = stringOption(input, 'config');
  if (directory !== undefined && file !== undefined)
    throw new UsageError('--journal and --config both say which journal; give one of them');
  if (directory !== undefined) return { directory, configured: null };
  const result = loadJournalSettings({
    file: file ?? 'offhook.yaml',
    env,
    readFile: readBounded,
  });
  if (result.kind === 'ok') return { directory: result.settings.directory, configured: result.settings };
  stderr.write(`${formatFaults(result.faults)}\n`);
  if (file === undefined)
    stderr.write('Name another configuration with --config, or a journal with --journal.\n');
  return null;
}
