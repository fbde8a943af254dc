/**
 * What can be wrong with a chain, and what that means.
 *
 * A hash covers the stream, the position, the previous hash and the content, so that whoever changes one of these
 * without more ado is found at that record (`edited`, `reordered`). Who computes the hash anew is found at the next
 * record (`forked`); who computes all the following ones anew, at the next checkpoint (`rewritten`).
 */
const MEANINGS = {
  edited: 'The record was changed after it was written.',
  missing: 'Records were removed from the middle of the chain.',
  reordered: 'Records do not stand where they were written.',
  forked: 'There is more than one history from here on: a record was replaced, or added by something else.',
  truncated: 'The newest records were removed.',
  rewritten: 'The chain was computed anew from some record on: it is not the one that was signed.',
  beginningMissing: 'The oldest records were removed, and not by the retention.',
  notCanonical: 'The record was not written by this program, or by a newer version of it.',
  bodyMissing: 'What was received was removed, while the record of it was kept.',
  bodyEdited: 'What is kept of the event is not what was received.',
  contradictory: 'The record says something else than what it is a record of.',
  repeated: 'The same event or run is recorded twice: a genuine record was put where it does not belong.',
  misfiled:
    'It is found by something else than it says, or not found at all: what is listed and shown is wrong.',
  unsigned:
    'Nobody signed the event: it was made up, unless events come over a bus that you trust (--trust-bus).',
  badSignature:
    'The event does not come from the holder of these keys, or the key of that time is not among them.',
  badRetention:
    'The removal of records is announced, but not by the receiver: its key did not sign that. They were taken away.',
  badCheckpoint: 'The checkpoints cannot be relied on: what they attest was not compared.',
} as const;

export type FaultKind = keyof typeof MEANINGS;

/** @property id the event id, `<event id>/<handler>/<attempt>` of a run, `retention/<last removed position>`. */
export type RecordName = { readonly kind: string; readonly id: string };

/**
 * The first thing that is wrong with a chain.
 *
 * @property position where; null where no position can be named.
 * @property record null where there is none, or where it cannot be read.
 * @property what one sentence with the numbers; never a body, a hash key or a signature.
 * @property means what follows from it.
 */
export type ChainFault = {
  readonly kind: FaultKind;
  readonly stream: string;
  readonly position: number | null;
  readonly record: RecordName | null;
  readonly what: string;
  readonly means: string;
};

export function chainFault(
  kind: FaultKind,
  what: string,
  place: Pick<ChainFault, 'stream' | 'position'> & { readonly record?: RecordName | null },
): ChainFault {
  const { stream, position, record = null } = place;
  return { kind, stream, position, record, what, means: MEANINGS[kind] };
}

/** `position 5 is missing`, `positions 5 to 9 are missing`. */
export function missingText(from: number, to: number): string {
  return from === to ? `position ${from} is missing` : `positions ${from} to ${to} are missing`;
}
