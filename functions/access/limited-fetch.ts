import { readBody } from '../../protocol/read-body.ts';

const MAX_BYTES = 65_536;

/**
 * Fetches something small: an answer above 64 KiB is an error, whatever it says about its length.
 *
 * @throws Error on an answer that is too large, and whatever the network fails with.
 */
export async function fetchLimited(
  fetchImpl: typeof fetch,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const response = await fetchImpl(url, init);
  const read = await readBody(response.body, MAX_BYTES);
  if (read.kind === 'tooLarge') throw new Error(`the answer of ${new URL(url).host} is too large`);
  return new Response(read.bytes, { status: response.status, headers: response.headers });
}
