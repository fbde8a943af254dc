import { sequenceText } from './event-envelope.ts';

/** The end of `"sequence":"`, beginning with a letter that hardly occurs before it: searched for in no time. */
const KEY_END: Uint8Array = Buffer.from('quence":"');
const UNNUMBERED = sequenceText(0);

/**
 * The bytes of an event whose number is known only when it is stored: they are written once, and the 16 digits that every
 * number has are filled in. Writing them is a tenth of what a transition costs, and it is done before the event counts, so
 * that one that cannot be written takes no other with it.
 *
 * @param write the event with this `sequence`, which stands before anything that others have named.
 * @returns gives the same array each time: the number that was asked for last is in it.
 */
export function numberedBytes(write: (sequence: string) => Uint8Array): (sequence: number) => Uint8Array {
  let written: { readonly bytes: Buffer; readonly at: number } | null = null;
  let number = 0;
  return (sequence) => {
    written ??= withPlace(write(UNNUMBERED));
    if (sequence !== number) written.bytes.write(sequenceText(sequence), written.at, 'latin1');
    number = sequence;
    return written.bytes;
  };
}

/** A quote inside a JSON string is always escaped: the first such text is of the key, and no other ends so. */
function withPlace({ buffer, byteOffset, byteLength }: Uint8Array) {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return { bytes, at: bytes.indexOf(KEY_END) + KEY_END.length };
}
