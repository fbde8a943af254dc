/** Says of each name whether it was there before. */
type Repeats = { isRepeated(name: string): boolean };

const FIRST_SLOTS = 1_024;
const WORDS = 3;

/**
 * Names that were seen, each as 96 bits in a table that doubles: 24 to 48 bytes a name, so that a million records take
 * less than 50 MB. A name that was seen is always known. One that was not is taken for another once in 2^96 pairs; only
 * who chooses names can make that likelier, and gains a fault by it.
 */
export function createRepeats(): Repeats {
  let slots = new Uint32Array(FIRST_SLOTS * WORDS);
  let count = 0;

  return {
    isRepeated(name) {
      const mark = markOf(name);
      if (!place(slots, mark)) return true;
      count += 1;
      if (count * 2 > slots.length / WORDS) slots = doubled(slots);
      return false;
    },
  };
}

type Mark = readonly [number, number, number];

/** false when it is there already. */
function place(slots: Uint32Array, [a, b, c]: Mark): boolean {
  const most = slots.length / WORDS - 1;
  for (let slot = a & most; ; slot = (slot + 1) & most) {
    const at = slot * WORDS;
    if (slots[at] === 0 && slots[at + 1] === 0 && slots[at + 2] === 0) {
      slots.set([a, b, c], at);
      return true;
    }
    if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c) return false;
  }
}

function doubled(slots: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(slots.length * 2);
  for (let at = 0; at < slots.length; at += WORDS) {
    const [a = 0, b = 0, c = 0] = slots.subarray(at, at + WORDS);
    if (a !== 0 || b !== 0 || c !== 0) place(larger, [a, b, c]);
  }
  return larger;
}

/** Three multiplications with odd constants, mixed in the end; never all zero, which is an empty slot. */
function markOf(name: string): Mark {
  let [a, b, c] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b];
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
    c = Math.imul(c ^ code, 0xc2b2ae35);
    b ^= a >>> 15;
    c ^= b >>> 13;
  }
  return [mixed(a), mixed(b), mixed(c) || 1];
}

function mixed(word: number): number {
  let mix = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  mix = Math.imul(mix ^ (mix >>> 15), 0x846ca68b);
  return (mix ^ (mix >>> 16)) >>> 0;
}
