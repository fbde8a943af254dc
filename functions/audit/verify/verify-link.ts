import type { ChainHead } from '../chain-store.ts';
import { hashRecord } from '../hash-record.ts';
import type { StoredRecord } from '../stored-record.ts';
import { nameOf, readContent } from './verify-content.ts';
import type { EmptyPlace } from './verify-displaced.ts';
import { type ChainFault, chainFault, type FaultKind, missingText } from './verify-fault.ts';

/**
 * How far a chain was followed.
 *
 * @property first the position of its first record, `last` where its latest one stands; null before any.
 */
export type Followed = {
  readonly stream: string;
  readonly anchor: ChainHead;
  readonly first: number | null;
  readonly last: ChainHead | null;
};

/** @property place where the right record may yet turn up, which would make it another fault. */
type LinkFault = { readonly fault: ChainFault; readonly place: EmptyPlace | null };

/** Whether a record is the next one of its chain: by its position, its own hash, and the hash of the one before. */
export async function checkLink(followed: Followed, record: StoredRecord): Promise<LinkFault | null> {
  return (
    checkPosition(followed, record) ?? (await checkHash(followed, record)) ?? checkPrevious(followed, record)
  );
}

function checkPosition(followed: Followed, record: StoredRecord): LinkFault | null {
  const { stream, anchor, first, last } = followed;
  const { position } = record;
  const expected = (last ?? anchor).position + 1;
  if (position < expected) {
    const isTaken = first !== null && position >= first;
    return isTaken
      ? wrong(followed, record, 'forked', `two records claim position ${position}`)
      : wrong(followed, record, 'reordered', `position ${position} comes behind position ${expected - 1}`);
  }
  // That the first ones are missing may be right; that is for the beginning to say.
  if (last === null || position === expected) return null;
  const fault = chainFault('missing', missingText(expected, position - 1), { stream, position: expected });
  return { fault, place: { position: expected, previousHash: last.hash, fault } };
}

async function checkHash(followed: Followed, record: StoredRecord): Promise<LinkFault | null> {
  const { stream } = followed;
  const { position } = record;
  if ((await hashRecord({ ...record, stream })) === record.hash) return null;
  const { fault } = wrong(followed, record, 'edited', 'its hash is not the hash of what it holds');
  return { fault, place: { position, previousHash: before(followed, record)?.hash ?? null, fault } };
}

function checkPrevious(followed: Followed, record: StoredRecord): LinkFault | null {
  const previous = before(followed, record);
  if (previous === null || record.previousHash === previous.hash) return null;
  const what = `its previousHash is not the hash of position ${previous.position}: one of the two was replaced`;
  return wrong(followed, record, 'forked', what);
}

/** null when the record before is not there. */
function before({ anchor, last }: Followed, { position }: StoredRecord): ChainHead | null {
  return last ?? (position === anchor.position + 1 ? anchor : null);
}

function wrong({ stream }: Followed, record: StoredRecord, kind: FaultKind, what: string): LinkFault {
  const { position, content } = record;
  const read = readContent(content);
  const name = read.kind === 'unreadable' ? null : nameOf(read.content);
  return { fault: chainFault(kind, what, { stream, position, record: name }), place: null };
}
