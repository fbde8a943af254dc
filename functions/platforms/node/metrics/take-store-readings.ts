import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { SqliteQueue } from '../queue/sqlite-queue.ts';
import { DATABASE_FILE } from '../sqlite/open-database.ts';

/** @property oldestMs age of the oldest event in the queue; 0 when none waits. */
export type StoreReadings = {
  readonly waiting: number;
  readonly maxWaiting: number;
  readonly unhandled: number;
  readonly oldestMs: number;
  readonly deadLetters: number;
  readonly bytes: Readonly<Record<'file' | 'wal', number>>;
};

/** Measures once what metrics show of the store without counting it. */
export function takeStoreReadings(of: {
  readonly queue: Pick<SqliteQueue, 'waiting' | 'unhandled' | 'oldestReceivedAtMs' | 'deadCount'>;
  readonly maxWaiting: number;
  readonly dataDir: string;
  readonly nowMs: number;
}): StoreReadings {
  const { queue, maxWaiting, dataDir, nowMs } = of;
  const oldest = queue.oldestReceivedAtMs();
  const file = join(dataDir, DATABASE_FILE);
  return {
    waiting: queue.waiting(),
    maxWaiting,
    unhandled: queue.unhandled(),
    oldestMs: oldest === null ? 0 : Math.max(0, nowMs - oldest),
    deadLetters: queue.deadCount(),
    bytes: { file: sizeOf(file), wal: sizeOf(`${file}-wal`) },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
