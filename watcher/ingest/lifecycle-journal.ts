import type { Observation } from '../../protocol/event/lifecycle-event.ts';
import { positionBefore } from '../source/api/resource-version.ts';
import type { StreamName } from '../source/sink/stream-name.ts';

/** What ingesting needs of the journal. All of one call is one durable transaction. */
export interface LifecycleJournal {
  /** Where a watch stream can be resumed, and when that was stored; null before the first complete list. */
  resumePoint(stream: StreamName): Omit<StoredPoint, 'stream'> | null;
  /** Those of all streams that were ever followed. */
  resumePoints(): readonly StoredPoint[];
  knownPods(): Iterable<{ readonly key: string; readonly json: string }>;
  /** Subscriptions that their receivers ended and nobody has enabled since. */
  endedSubscriptions(): readonly EndedSubscription[];
  /**
   * Stores everything of the batch or nothing.
   *
   * @returns the events that are really new; one whose id is stored already is skipped.
   * @throws when nothing could be stored (disk full, I/O error).
   */
  commit(batch: JournalBatch): readonly JournalledEvent[];
  /**
   * Calls back when everything that was committed so far is on the disk, in the order of the calls: at once, unless a
   * batch may wait. Never when that fails: then the journal has failed for good.
   */
  whenDurable(callback: () => void): void;
}

/** A subscription that its receiver ended (410 Gone), as the journal keeps it. */
export type EndedSubscription = {
  readonly subscription: string;
  readonly why: string;
  /** What its queue became. */
  readonly deadLetters: number;
  readonly atMs: number;
};

export type JournalBatch = {
  /** `json: null` forgets the Pod. */
  readonly pods: readonly { readonly key: string; readonly json: string | null }[];
  readonly events: readonly NewEvent[];
  readonly resumePoints: readonly ResumePointChange[];
  /**
   * It may be on the disk only after {@link LifecycleJournal.commit} has returned: nobody is to hear of it before
   * {@link LifecycleJournal.whenDurable} says so. Its events are not due before that either.
   */
  readonly mayWait?: boolean;
  /** Where in the cluster's history the events come from; kept for a standby to compare with another journal. */
  readonly origin?: BatchOrigin;
};

export type StoredPoint = {
  readonly stream: StreamName;
  readonly resourceVersion: string;
  readonly committedAtMs: number;
};

/** `resourceVersion: null` forgets the point. `committedAtMs`: when it was right to say so; now, unless given. */
export type ResumePointChange = {
  readonly stream: StreamName;
  readonly resourceVersion: string | null;
  readonly committedAtMs?: number;
};

/**
 * Everything of the batch follows from the changes of `stream` after `after` and up to `upTo`; null while that is not
 * known, because it comes from a list that is under way.
 */
export type BatchOrigin = {
  readonly stream: StreamName;
  readonly after: string;
  readonly upTo: string | null;
};

export type NewEvent = {
  readonly id: string;
  readonly type: string;
  readonly hook: string;
  /** How it was learned; absent for events about the bridge itself. */
  readonly observation?: Observation;
  readonly namespace: string;
  readonly partitionKey: string;
  readonly timeMs: number;
  readonly expiresAtMs: number | null;
  /** The bytes to send, once its sequence number is known. */
  readonly encode: (sequence: number) => Uint8Array;
  /** Names of the subscriptions that want it. */
  readonly subscriptions: readonly string[];
  /** resourceVersion of the one change it follows from; absent where only its batch is known. */
  readonly changedAt?: string;
};

/** Where an event of a batch comes from: nearer than the whole batch, if it is known which change it follows from. */
export function originOfEvent(batch: BatchOrigin, { changedAt }: NewEvent): BatchOrigin {
  if (changedAt === undefined) return batch;
  return { ...batch, after: positionBefore(changedAt) ?? batch.after, upTo: changedAt };
}

export type JournalledEvent = {
  readonly event: NewEvent;
  readonly sequence: number;
  readonly body: Uint8Array;
  /** Subscriptions for which it is a dead letter already, because more may not wait of their tenant. */
  readonly overQuota?: readonly string[];
};
