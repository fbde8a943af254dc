import { closeSync, fdatasync, openSync } from 'node:fs';

/**
 * Takes to the disk, on another thread, what was committed without that: while the disk works, the next changes are read. It
 * is the one fence between the two: until a sync has returned, nobody is told of what it is for, and nobody finds it due.
 */
export interface LateSync {
  /** Events from this sequence number on were just committed. */
  begin(sequence: number): void;
  /** Sequence number from which on events may not be on the disk yet. */
  firstUnsynced(): number;
  /**
   * Calls back when all that was committed so far is on the disk, in the order of the calls: at once if it is, never if that
   * failed.
   */
  whenDurable(callback: () => void): void;
  /** Idempotent. Nobody is called back afterwards. */
  close(): void;
}

type Commits = { readonly first: number; readonly waiting: (() => void)[] };

/**
 * The file is opened at once: the kernel tells each descriptor of a failed write that came after its opening, and SQLite keeps to
 * itself what a checkpoint was told.
 *
 * @param file the write-ahead log, which is there.
 * @param onFailed what is on the disk is unknown from then on, and what was committed stays behind the fence.
 */
export function createLateSync(file: string, onFailed: (error: unknown) => void): LateSync {
  const descriptor = openSync(file, 'r+');
  let isClosed = false;
  let hasFailed = false;
  /** What is being synced, and what was committed meanwhile. */
  let running: Commits | null = null;
  let next: Commits | null = null;

  function run(commits: Commits): void {
    running = commits;
    fdatasync(descriptor, ended);
  }

  function ended(error: Error | null): void {
    if (isClosed) {
      closeSync(descriptor);
      return;
    }
    if (error !== null) {
      hasFailed = true;
      onFailed(error);
      return;
    }
    const callbacks = running?.waiting ?? [];
    const meanwhile = next;
    [running, next] = [null, null];
    if (meanwhile !== null) run(meanwhile);
    for (const callback of callbacks) callback();
  }

  return {
    begin(first) {
      if (running === null) run({ first, waiting: [] });
      else next ??= { first, waiting: [] };
    },
    firstUnsynced: () => running?.first ?? Number.MAX_SAFE_INTEGER,
    whenDurable(callback) {
      const last = next ?? running;
      if (last === null) callback();
      else last.waiting.push(callback);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      // A thread may be using it; it is closed when that is done.
      if (running === null || hasFailed) closeSync(descriptor);
    },
  };
}
