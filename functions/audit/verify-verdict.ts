import type { Verifier } from '../../protocol/signature/verify.ts';
import type { ChainHead } from './chain-store.ts';
import type { StoredRecord } from './stored-record.ts';
import type { ChainFault } from './verify-fault.ts';

/**
 * A record as it is verified.
 *
 * @property body of an event: its bytes, or null when they are not there any more; left out when bodies are not checked.
 */
export type ChainEntry = { readonly record: StoredRecord; readonly body?: Uint8Array<ArrayBuffer> | null };

/**
 * @property anchor where the entries begin: the last position that was verified before, with its hash.
 * @property checkpoints of this stream, whose signatures were checked before.
 * @property verifier for the signatures of events; null: they are not checked.
 * @property onRecord called with every position, for showing progress.
 */
export type VerifyOptions = {
  readonly anchor?: ChainHead;
  readonly checkpoints?: readonly ChainHead[];
  readonly verifier?: Verifier | null;
  readonly onRecord?: (position: number) => void;
};

/**
 * What was read, up to the first fault.
 *
 * @property first the position of the first record; null for an empty chain.
 * @property bodies events whose bytes were compared. `signatures`: whose signature was verified; `unsigned`: which came
 *   over a trusted bus.
 * @property checkpoints that were compared and match.
 * @property lastCheckpoint the position of the newest of them; what follows it is attested by nothing outside the chain.
 */
export type ChainSummary = {
  readonly first: number | null;
  readonly head: ChainHead;
  readonly events: number;
  readonly runs: number;
  readonly retentions: number;
  readonly bodies: number;
  readonly signatures: number;
  readonly unsigned: number;
  readonly checkpoints: number;
  readonly lastCheckpoint: number | null;
};

export type ChainVerdict =
  | { readonly kind: 'verified'; readonly stream: string; readonly summary: ChainSummary }
  | {
      readonly kind: 'broken';
      readonly stream: string;
      readonly fault: ChainFault;
      readonly summary: ChainSummary;
    };
