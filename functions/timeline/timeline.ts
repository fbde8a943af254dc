import type { EventFacts } from './event-facts.ts';
import type { HandlerRerun } from './rerun-log.ts';
import type { HandlerRun } from './run-log.ts';

/**
 * A run as the page's lists have it: with {@link TimelineRun.hasResult} in place of its `result`, of which thousands would
 * be too much for one answer.
 */
export type TimelineRun = HandlerRun & { readonly hasResult?: true };

/**
 * One event of the page, with every run of every handler so far, oldest first.
 *
 * @property reruns who asked for a handler to be run again, oldest first; absent where nobody did.
 * @property misfiled where the store holds something else than was recorded of the event or its runs: the name of it
 *   (`StoredRecord`). What is shown may then be wrong, and `offhook audit verify` says more.
 */
export type TimelineEntry = EventFacts & {
  readonly runs: readonly TimelineRun[];
  readonly reruns?: readonly HandlerRerun[];
  readonly misfiled?: string;
};

/**
 * Which events the page asks for; every field given must match, text exactly. Events without a Pod (gaps, a watcher that
 * was disabled) say something about every container of their cluster, or of the namespace they name: `cluster` leaves
 * them out, and `namespace` those that name another.
 */
export type TimelineFilter = {
  readonly cluster?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
};

/**
 * A stretch of time, in milliseconds since the epoch: when events happened, `fromMs` inclusive, `toMs` exclusive.
 */
export type TimelineWindow = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly filter: TimelineFilter;
};

/** @property next asks for the older rest of the window; null at its beginning. */
export type WindowPart = { readonly entries: readonly TimelineEntry[]; readonly next: string | null };

/** @property cursor how far the reader has come: opaque text of at most 1,000 URL-safe characters. */
export type FeedPart = { readonly entries: readonly TimelineEntry[]; readonly cursor: string };

/** What the page reads; results of runs with `entry` alone. Every `limit` is 1 to 2,000. */
export interface Timeline {
  /**
   * Newest first, so that the first part is what a reader wants to see first.
   *
   * @throws RangeError on an `after` that this store did not give.
   */
  window(window: TimelineWindow, limit: number, after?: string): Promise<WindowPart>;
  /**
   * The postStart events of containers that run still (no postStop of that run was received), newest first: a
   * container that started long before any window is found here.
   */
  running(filter: TimelineFilter, limit: number): Promise<readonly TimelineEntry[]>;
  /** The place after everything there is now; `feed` from there tells what is new. */
  now(): Promise<string>;
  /**
   * Events that are new, or have new handler runs, since the cursor, oldest first; when there are more than `limit`,
   * the cursor stands before the rest.
   *
   * @throws RangeError on a cursor that this store did not give.
   */
  feed(cursor: string, limit: number): Promise<FeedPart>;
  /** Those of these events that are there, at most 2,000. */
  entries(eventIds: readonly string[]): Promise<readonly TimelineEntry[]>;
  /** One event with the results of its runs; null for one that is not there. */
  entry(eventId: string): Promise<TimelineEntry | null>;
}
