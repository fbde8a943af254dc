import type { StoredRecord } from './stored-record.ts';

/** Where a chain ends: `{ position: 0, hash: 64 zeros }` before its first record. */
export type ChainHead = { readonly position: number; readonly hash: string };

/**
 * A record on its way into the chain.
 *
 * @property recordId what it is a record of; there is one record for each, over all streams. The event id,
 *   `<event id>/<handler>/<attempt>` of a run (`record-id.ts`).
 * @property body the event's bytes, only of an event.
 */
export type NewRecord = StoredRecord & { readonly recordId: string; readonly body?: Uint8Array<ArrayBuffer> };

/** Where chains are kept. What decides about positions and hashes is `audit-trail.ts`; a store only keeps them apart. */
export interface ChainStore {
  /**
   * The end of a chain, and which of these records exist already. The end is read first, so that whatever is added in
   * between makes the following `append` a conflict.
   */
  end(
    stream: string,
    recordIds: readonly string[],
  ): Promise<{ readonly head: ChainHead; readonly known: ReadonlySet<string> }>;
  /**
   * Adds all of these, or none. `conflict` when one of the positions or record ids is taken: somebody else was faster.
   *
   * @param records of one stream, 1 to 25 (SQLite: any number), in the order of their positions.
   */
  append(records: readonly NewRecord[]): Promise<'appended' | 'conflict'>;
  /**
   * The last position of the unbroken beginning of a chain whose records were recorded before `olderThanMs` (epoch
   * milliseconds; of a run, when it had finished), with its hash and how many records that are; null when there is none.
   * It may stop early, after some thousand records: it is asked again after they are removed.
   */
  expired(
    stream: string,
    olderThanMs: number,
  ): Promise<{ readonly upTo: ChainHead; readonly count: number } | null>;
  /** Removes a chain's records up to that position, lowest positions first, at most `limit`; says how many. */
  removeUpTo(stream: string, position: number, limit: number): Promise<number>;
}
