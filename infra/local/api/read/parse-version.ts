import { ApiStatusError } from '../http/status-error.ts';

/**
 * A resourceVersion as a number.
 *
 * @throws ApiStatusError 500 as the API server does for anything but digits (see test/fixtures/protocol/watch-bad-rv.http).
 */
export function parseVersion(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ApiStatusError({
    code: 500,
    message: `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  });
}
