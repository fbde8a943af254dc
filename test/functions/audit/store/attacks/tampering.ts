import type { NewRecord } from '../../../../../functions/audit/chain-store.ts';

/** A place in a chain. */
export type At = { readonly stream: string; readonly position: number };

/** Makes the store say something else than its records, and leaves these as they are. */
export type Lie = {
  readonly what: string;
  /** What the verifier names. */
  readonly named: RegExp;
  /** Whether a list of everything shows it at the record. */
  readonly isListed: boolean;
  /** The record is a postStop, the one behind it the run of its handler. */
  tell(at: At): Promise<void>;
};

/** What somebody with all rights to a store can do, past everything that the program itself would refuse. */
export type Tampering = {
  /** Puts exactly this record there, with all that the store keeps of it; whatever was there is gone. */
  put(record: NewRecord): Promise<void>;
  remove(at: At): Promise<void>;
  readonly lies: readonly Lie[];
};
