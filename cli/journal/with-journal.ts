import { formatFaults } from '../../settings/fault.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import { loadJournalSettings } from '../../watcher/config/journal-settings.ts';
import { JournalError, JournalWriteError } from '../../watcher/journal/database/journal-error.ts';
import { type BesideJournal, openBeside } from '../../watcher/journal/operations/open-beside.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import type { WhichJournal } from './which-journal.ts';

/** What the configuration says; null where --data-dir stands in for it. */
export type Configured = {
  readonly subscriptions: readonly string[];
  /** By subscription: the host of its URL, or its event bus. */
  readonly destinations: ReadonlyMap<string, string>;
  readonly maxBytes: number;
} | null;

/**
 * Opens the journal, runs `work` and closes it. What an operator can do something about becomes a message and an exit
 * code: 1 for the journal, 2 for the configuration.
 */
export async function withJournal(
  which: WhichJournal,
  io: Pick<CommandIo, 'env' | 'stderr'>,
  access: 'read' | 'write',
  work: (journal: BesideJournal, configured: Configured) => number | Promise<number>,
): Promise<number> {
  const located = locate(which, io);
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
  { config: file, dataDir: directory }: WhichJournal,
  { env, stderr }: Pick<CommandIo, 'env' | 'stderr'>,
): { readonly directory: string; readonly configured: Configured } | null {
  if (directory !== undefined) return { directory, configured: null };
  const result = loadJournalSettings({
    file: file ?? 'offhook.yaml',
    env,
    readFile: readBounded,
  });
  if (result.kind === 'ok') return { directory: result.settings.directory, configured: result.settings };
  stderr.write(`${formatFaults(result.faults)}\n`);
  if (file === undefined)
    stderr.write('Name another configuration with --config, or a journal with --data-dir.\n');
  return null;
}
