import type { ChainHead } from '../chain-store.ts';
import type { StoredRecord } from '../stored-record.ts';
import { readContent, type VerifiedRetention } from './verify-content.ts';
import { type ChainFault, chainFault, missingText } from './verify-fault.ts';

/** Whether a chain may begin where it begins. Fed with every record, in their order. */
type ChainBeginning = {
  see(record: StoredRecord): void;
  /** Whether a later record can still justify the beginning. */
  isOpen(): boolean;
  /** To be asked once, at the end. */
  fault(): ChainFault | null;
};

type Retained = Pick<VerifiedRetention, 'upToPosition' | 'upToHash'> & { readonly position: number };

/**
 * A chain begins behind its anchor, or behind what the newest retention record says was removed. Removing takes
 * a while, so some of that may still be there.
 */
export function createBeginning(stream: string, anchor: ChainHead): ChainBeginning {
  const expected = anchor.position + 1;
  let first: StoredRecord | null = null;
  let foundLater = false;
  let newest: Retained | null = null;
  const isUnanchored = () => first !== null && first.position > expected && !foundLater;

  return {
    see(record) {
      first ??= record;
      if (record.position === expected && record !== first) foundLater = true;
      if (isUnanchored()) newest = retained(record) ?? newest;
    },
    isOpen: () => isUnanchored() && newest === null,
    fault() {
      if (first === null || !isUnanchored()) return null;
      const what = unjustified(first, newest, expected);
      const kind = anchor.position === 0 ? 'beginningMissing' : 'missing';
      return what === null ? null : chainFault(kind, what, { stream, position: expected });
    },
  };
}

function unjustified(first: StoredRecord, newest: Retained | null, expected: number): string | null {
  const missing = missingText(expected, first.position - 1);
  if (newest === null) return `${missing}, and no retention record accounts for it`;
  const { position, upToPosition, upToHash } = newest;
  const retention = `the retention record at position ${position}`;
  if (first.position > upToPosition + 1) {
    return `${missing}, but ${retention} says that only those up to ${upToPosition} were removed`;
  }
  if (first.position === upToPosition + 1 && first.previousHash !== upToHash) {
    return `${missing}, and ${retention} gives another hash for position ${upToPosition} than the record behind it`;
  }
  return null;
}

/** Only records that can be one are parsed: the others are parsed once, where they are verified. */
function retained(record: StoredRecord): Retained | null {
  if (!record.content.includes('"retention"')) return null;
  const read = readContent(record.content);
  if (read.kind === 'unreadable' || read.content.kind !== 'retention') return null;
  const { upToPosition, upToHash } = read.content;
  return { position: record.position, upToPosition, upToHash };
}
