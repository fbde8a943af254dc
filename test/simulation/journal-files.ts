import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a simulated watcher keeps its journal: real files, in memory where the machine has that. */
export interface JournalFiles {
  /** The directory the next process opens. */
  current(): string;
  /**
   * What a crash leaves behind: the files as they are at this moment, without anything the dying process would still
   * do to them. The old ones are for {@link JournalFiles.discard}.
   *
   * @param torn bytes of an unfinished write at the end of the write-ahead log.
   */
  crash(torn: Uint8Array | null): void;
  /** Removes everything. */
  remove(): void;
}

const MEMORY = '/dev/shm';

export function createJournalFiles(): JournalFiles {
  const root = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'offhook-simulation-'));
  let generation = 0;
  const directory = () => join(root, String(generation));
  mkdirSync(directory());
  return {
    current: directory,
    crash(torn) {
      const dead = directory();
      generation += 1;
      mkdirSync(directory());
      for (const file of ['journal.db', 'journal.db-wal']) {
        if (existsSync(join(dead, file))) copyFileSync(join(dead, file), join(directory(), file));
      }
      const log = join(directory(), 'journal.db-wal');
      if (torn !== null && existsSync(log)) appendFileSync(log, torn);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
