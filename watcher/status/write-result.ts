/**
 * What came of writing a status.
 *
 * | result | what it was |
 * |---|---|
 * | `written` | 2xx |
 * | `conflict` | 409: the object was deleted and created again |
 * | `missing` | 404: the object was deleted |
 * | `throttled` | 429 |
 * | `forbidden` | 401, 403 |
 * | `refused` | any other 4xx: the status breaks the schema of the CRD |
 * | `failed` | 5xx |
 * | `noAnswer` | no answer in time, or none at all |
 */
export const WRITE_RESULTS = [
  'written',
  'conflict',
  'missing',
  'throttled',
  'forbidden',
  'refused',
  'failed',
  'noAnswer',
] as const;
export type WriteResult = (typeof WRITE_RESULTS)[number];

/** Of those that say something of the server, not of the object: writing another one would be no use, either. */
const OF_THE_SERVER: ReadonlySet<WriteResult> = new Set(['throttled', 'forbidden', 'failed', 'noAnswer']);

export function isOfServer(result: WriteResult): boolean {
  return OF_THE_SERVER.has(result);
}

/** @param status of an answer that is no 2xx. */
export function writeResultOf(status: number): WriteResult {
  switch (status) {
    case 401:
    case 403:
      return 'forbidden';
    case 404:
      return 'missing';
    case 409:
      return 'conflict';
    case 429:
      return 'throttled';
    default:
      return status >= 500 ? 'failed' : 'refused';
  }
}
