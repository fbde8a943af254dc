import type { Verifier } from '../../../protocol/signature/verify.ts';
import type { ChainHead } from '../chain-store.ts';
import type { StoredRecord } from '../stored-record.ts';
import type { ChainFault } from './verify-fault.ts';

/**
 * A record as it is verified.
 *
 * @property body of an event: its bytes, or null when they are not there any more; left out where nobody asked for them.
 */
export type ChainEntry = { readonly record: StoredRecord; readonly body?: Uint8Array<ArrayBuffer> | null };

/**
 * @property anchor where the entries begin: the last position that was verified before, with its hash.
 * @property checkpoints of this stream, whose signatures were checked before.
 * @property verifier for the signatures of events; null: they are not checked.
 * @property retention the key that retention records must be signed with, unless they stand where a checkpoint attests
 *   them (up to `attestedUpTo`); null: that is not checked.
 * @property bodies whether every event must come with its bytes. Bytes that are there are compared in any case.
 *   @default false
 * @property trustBus whether events may have come over a bus that checks who puts to it, and so without a signature, or
 *   with one that nobody has verified. @default false
 * @property onRecord called with every position, for showing progress.
 */
export type VerifyOptions = {
  readonly anchor?: ChainHead;
  readonly checkpoints?: readonly ChainHead[];
  readonly verifier?: Verifier | null;
  readonly retention?: { readonly verifier: Verifier; readonly attestedUpTo: number } | null;
  readonly bodies?: boolean;
  readonly trustBus?: boolean;
  readonly onRecord?: (position: number) => void;
};

/**
 * What was read, up to the first fault.
 *
 * @property first the position of the first record; null for an empty chain.
 * @property reruns wishes to run a handler again.
 * @property bodies events whose bytes were compared.
 * @property signatures events whose signature was verified now. `unchecked`: it was not, and the receiver is said to have
 *   verified it; `claimed`: nobody has verified what came with it over a trusted bus; `unsigned`: it came without any.
 * @property checkpoints that were compared and match.
 * @property lastCheckpoint the position of the newest of them; what follows it is attested by nothing outside the chain.
 */
export type ChainSummary = {
  readonly first: number | null;
  readonly head: ChainHead;
  readonly events: number;
  readonly runs: number;
  readonly reruns: number;
  readonly retentions: number;
  readonly bodies: number;
  readonly signatures: number;
  readonly unchecked: number;
  readonly claimed: number;
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
