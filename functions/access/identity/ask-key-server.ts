import { readBody } from '../../../protocol/http/read-body.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';

/** What the keys of identity tokens are got with. */
export type KeyServerDeps = { readonly fetch: typeof fetch; readonly clock: Clock };

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 65_536;

/**
 * Asks for keys, which are small and come at once: after five seconds it is an error, and so is an answer above 64 KiB,
 * whatever it says about its length. Follows no redirect.
 *
 * @throws Error on an answer that is too large, and whatever the network fails with.
 */
export async function askKeyServer(
  fetchImpl: typeof fetch,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetchImpl(url, { headers, signal, redirect: 'manual' });
  const read = await readBody(response.body, MAX_BYTES);
  if (read.kind === 'tooLarge') throw new Error(`the answer of ${new URL(url).host} is too large`);
  return new Response(read.bytes, { status: response.status, headers: response.headers });
}
