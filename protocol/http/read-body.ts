import { joinBytes } from '../bytes/join-bytes.ts';

/** The largest body a receiver reads, 256 KiB: four times the largest event, and what one queue or bus carries. */
export const MAX_BODY_BYTES = 262_144;

export type BodyRead =
  | { readonly kind: 'body'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'tooLarge' };

/**
 * Reads a request body, counting bytes as they arrive and cancelling the stream at the first one past the
 * limit. Content-length plays no part here: it can be missing, wrong or not a number. No stream (null) is an empty
 * body. How long a body may take is for the server to limit.
 *
 * @param limitBytes the largest body that is accepted; default {@link MAX_BODY_BYTES}.
 * @throws whatever the stream fails with, for example when the sender goes away.
 */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  limitBytes: number = MAX_BODY_BYTES,
): Promise<BodyRead> {
  if (stream === null) return { kind: 'body', bytes: new Uint8Array(0) };
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { kind: 'body', bytes: joinBytes(chunks, total) };
    total += value.byteLength;
    if (total > limitBytes) {
      // Not awaited: the answer is decided, and a source that never finishes or fails to cancel cannot change it.
      reader.cancel('body too large').catch(() => undefined);
      return { kind: 'tooLarge' };
    }
    if (value.byteLength > 0) chunks.push(value);
  }
}
