import type { Clock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import type { ChainHead, ChainStore, NewRecord } from './chain-store.ts';
import { type HashedFields, hashRecord } from './hash-record.ts';

/** A record that has no place in its chain yet. */
export type DraftRecord = Pick<NewRecord, 'recordId' | 'content' | 'body'>;

export type AppendGroupDeps = {
  readonly store: ChainStore;
  readonly clock: Clock;
  /** Where a platform has a faster way than WebCrypto's, which costs a turn of the event loop for every record. */
  readonly hash?: (fields: HashedFields) => string | Promise<string>;
  /** 0 to 1. */
  readonly random: () => number;
};

/** Somebody wins every round, so each conflict is one competitor less. */
const MOST_TRIES = 12;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Puts a group of records at the end of a chain: reads where it ends, links and hashes what is not there yet, and adds
 * that at once. When somebody else was faster, it begins again after a random pause, a limited number of times.
 *
 * @throws Error when others were faster every time; whatever the store throws; the signal's reason once it is aborted.
 */
export function createAppendGroup({ store, clock, random, hash = hashRecord }: AppendGroupDeps) {
  return async function appendGroup(
    stream: string,
    group: readonly DraftRecord[],
    signal: AbortSignal,
  ): Promise<void> {
    const drafts = new Map(group.map((draft) => [draft.recordId, draft]));
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const { head, known } = await store.end(stream, [...drafts.keys()]);
      const missing = [...drafts.values()].filter(({ recordId }) => !known.has(recordId));
      if (missing.length === 0) return;
      const records = await link(hash, stream, head, missing);
      signal.throwIfAborted();
      if ((await store.append(records)) === 'appended') return;
      if (tries < MOST_TRIES) await pause(tries);
      signal.throwIfAborted();
    }
    throw new Error(`others were faster to append to ${stream} in each of ${MOST_TRIES} tries`);
  };

  function pause(tries: number): Promise<void> {
    const longestMs = Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
    return delay(clock, Math.ceil(random() * longestMs));
  }
}

async function link(
  hashOf: (fields: HashedFields) => string | Promise<string>,
  stream: string,
  head: ChainHead,
  drafts: readonly DraftRecord[],
): Promise<readonly NewRecord[]> {
  const records: NewRecord[] = [];
  let { position, hash } = head;
  for (const draft of drafts) {
    const fields = { stream, position: position + 1, previousHash: hash, content: draft.content };
    const record = { ...draft, ...fields, hash: await hashOf(fields) };
    records.push(record);
    ({ position, hash } = record);
  }
  return records;
}
