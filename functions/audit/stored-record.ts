import type { EventFacts } from '../timeline/event-facts.ts';
import type { HandlerRerun } from '../timeline/rerun-log.ts';
import type { HandlerRun } from '../timeline/run-log.ts';

/**
 * What one record says:
 *
 * - `event`: an event was received and verified.
 * - `run`: a handler ran for an event.
 * - `rerun`: somebody asked for a handler to be run again for an event.
 * - `retention`: the records up to `upToPosition`, whose last hash was `upToHash`, were removed on purpose, being
 *   older than the retention. It is what lets a chain whose beginning is gone still be verified.
 */
export type RecordContent =
  | ({ readonly kind: 'event' } & EventFacts)
  | ({ readonly kind: 'run' } & HandlerRun)
  | ({ readonly kind: 'rerun' } & HandlerRerun)
  | Retention;

/** @property signature by the key of the checkpoints (`retention-signature.ts`); null where there is none. */
export type Retention = {
  readonly kind: 'retention';
  readonly stream: string;
  readonly upToPosition: number;
  readonly upToHash: string;
  readonly removed: number;
  readonly olderThanMs: number;
  readonly recordedAtMs: number;
  readonly signature: string | null;
};

/**
 * A record of the audit trail. Records of one stream form a chain: positions 1, 2, 3 …, each with the hash of the one
 * before.
 *
 * @property content the canonical JSON of a {@link RecordContent}: what the hash covers, so never re-serialised.
 * @property hash SHA-256 in hexadecimal; how it is computed is said in `hash-record.ts`.
 * @property previousHash of position − 1; 64 zeros at position 1.
 * @property misfiled where the store keeps the record under something else than its content says, or says that it holds
 *   what was never hashed: the name of that. Such a record is found by the wrong questions. Absent when all agrees.
 */
export type StoredRecord = {
  readonly stream: string;
  readonly position: number;
  readonly previousHash: string;
  readonly hash: string;
  readonly content: string;
  readonly misfiled?: string;
};

/** When what a record says happened, in milliseconds since the epoch. */
export function timeOf(content: RecordContent): number {
  if (content.kind === 'event') return content.occurredAtMs;
  return content.kind === 'run' ? content.startedAtMs : content.recordedAtMs;
}

/** When a record was written, in milliseconds since the epoch; of a run, when it had finished. */
export function recordedAtMsOf(content: RecordContent): number {
  return content.kind === 'run' ? content.finishedAtMs : content.recordedAtMs;
}
