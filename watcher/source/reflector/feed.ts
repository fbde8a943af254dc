import type { Collection } from '../api/collection-path.ts';
import type { Ending } from '../api/ending.ts';
import type { ObjectChange } from '../api/watch-message.ts';
import type { ListReason } from '../sink/source-batch.ts';

/**
 * Where the reflector takes what it reads: turns it into batches for one stream of the sink. Methods throw what
 * the sink throws; then nothing of that call counts.
 */
export interface Feed<Item> {
  readonly collection: Collection;
  /** Whether resume points expire in the normal course of things, since no bookmarks move them on. */
  readonly expires: boolean;
  /** What is kept of an object; null when it is of no interest. */
  project(object: unknown): Item | null;
  /** The last resourceVersion the sink has stored. */
  resumePoint(): string | null;
  /** A list begins; one that was in progress is void. */
  listStarted(why: ListReason): void;
  /**
   * A part of the list; returns an ending when it shows the list to be of no use.
   *
   * @param listedAt the list's resourceVersion; null when it is known only at the end (a streaming list)
   */
  listPage(changes: readonly ObjectChange<Item>[], listedAt: string | null): Ending | null;
  listComplete(resourceVersion: string): void;
  /** A watch begins after this resourceVersion. */
  watchStarted(resourceVersion: string): void;
  /** Changes in order, none older than what came before. */
  changed(changes: readonly ObjectChange<Item>[], resourceVersion: string, hasBookmark: boolean): void;
}
