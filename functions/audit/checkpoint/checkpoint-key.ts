/** As many digits as the largest whole number has, so that names sort as positions do. */
const POSITION_DIGITS = 16;

/**
 * Where a checkpoint is kept, the same in a directory and in a bucket: `<stream>/<position>.json`, for example
 * `urn_3aoffhook_3acluster_3ac0ffee/0000000000000812.json`. Only letters, digits, `-`, `_`, `.` and `/`.
 */
export function checkpointKey(stream: string, position: number): string {
  return `${streamFolder(stream)}/${String(position).padStart(POSITION_DIGITS, '0')}.json`;
}

/** The position in such a name, alone or behind folders; null for any other name. */
export function positionOfKey(key: string): number | null {
  const [, digits] = /(?:^|\/)(\d{16})\.json$/.exec(key) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** A stream's name with every other byte than a letter, a digit or `-` as `_` and two hexadecimal digits. */
export function streamFolder(stream: string): string {
  return Array.from(new TextEncoder().encode(stream), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9-]/.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}
