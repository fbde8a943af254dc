/** A source of randomness: a number in [0, 1), as `Math.random`. */
export type Random = () => number;

/** Lower-case hexadecimal of `length` digits. */
export function randomHexId(random: Random, length: number): string {
  let text = '';
  while (text.length < length) text += Math.floor(random() * 16).toString(16);
  return text;
}

/** A version 4 UUID (RFC 9562) from the given source; fit for a model, not for secrets. */
export function randomUuid(random: Random): string {
  const hex = randomHexId(random, 30);
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(12, 15)}`,
    `${variant}${hex.slice(15, 18)}`,
    hex.slice(18, 30),
  ].join('-');
}

/** The five characters that `metadata.generateName` gets; vowels and look-alikes left out, as in Kubernetes. */
export function randomSuffix(random: Random): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  let text = '';
  while (text.length < 5) text += alphabet[Math.floor(random() * alphabet.length)] ?? 'x';
  return text;
}
