/** Public keys nobody may verify with, as hexadecimal. The eight points of small order in every spelling of theirs. */
const SMALL_ORDER = [
  // The identity, and the same with the sign bit.
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  // Order 2.
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  // Order 4; the first of them is all zeros.
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  // Order 8.
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
];

/** A coordinate that is not below the prime. */
const NOT_CANONICAL = [
  'f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
];

/** y = 2 and y = 7: no x² of the curve goes with them. */
const NO_POINT = [
  '0200000000000000000000000000000000000000000000000000000000000000',
  '0700000000000000000000000000000000000000000000000000000000000000',
];

const keyOf = (hex: string) => `whpk_${Buffer.from(hex, 'hex').toString('base64')}`;

export const DEGENERATE_KEYS: readonly { readonly key: string; readonly why: string }[] = [
  ...SMALL_ORDER.map((hex) => ({ key: keyOf(hex), why: 'a point of small order' })),
  ...NOT_CANONICAL.map((hex) => ({ key: keyOf(hex), why: 'not the canonical encoding' })),
  ...NO_POINT.map((hex) => ({ key: keyOf(hex), why: 'no point of the curve' })),
];
