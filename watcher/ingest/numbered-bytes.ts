/** CloudEvents `sequence`: 16 digits, so that it also sorts as text. */
const UNNUMBERED = '0'.repeat(16);
/** The end of `"sequence":"`, beginning with a letter that hardly occurs before it: searched for in no time. */
const KEY_END: Uint8Array = Buffer.from('quence":"');
const FIRST_BYTE = 'q'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);

/**
 * The bytes of an event whose number is known only when it is stored: they are written once, and the 16 digits that every
 * number has are filled in. Writing them is a tenth of what a transition costs, and it is done before the event counts, so
 * that one that cannot be written takes no other with it.
 *
 * @param write the event with this `sequence`, which stands before anything that others have named.
 * @returns gives the same array each time: the number that was asked for last is in it.
 */
export function numberedBytes(write: (sequence: string) => Uint8Array): (sequence: number) => Uint8Array {
  let written: { readonly bytes: Uint8Array; readonly at: number } | null = null;
  let number = 0;
  return (sequence) => {
    written ??= withPlace(write(UNNUMBERED));
    if (sequence !== number) fillIn(written, sequence);
    number = sequence;
    return written.bytes;
  };
}

/** A quote inside a JSON string is always escaped: the first such text is of the key, and no other ends so. */
function withPlace(bytes: Uint8Array) {
  let at = bytes.indexOf(FIRST_BYTE);
  while (at !== -1 && !endsKey(bytes, at)) at = bytes.indexOf(FIRST_BYTE, at + 1);
  if (at === -1) throw new RangeError('an event has no place for its number');
  return { bytes, at: at + KEY_END.length };
}

function endsKey(bytes: Uint8Array, at: number): boolean {
  return KEY_END.every((byte, offset) => bytes[at + offset] === byte);
}

function fillIn({ bytes, at }: { readonly bytes: Uint8Array; readonly at: number }, sequence: number): void {
  let rest = sequence;
  for (let place = at + UNNUMBERED.length - 1; place >= at; place -= 1) {
    bytes[place] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
