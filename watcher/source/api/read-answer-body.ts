import type { Readable } from 'node:stream';
import { parsePods } from './parse-pods.ts';

type AnswerBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'notJson' }
  | { readonly kind: 'tooLarge' };

/**
 * Reads a whole JSON body of at most `maxBytes`, counted while reading.
 *
 * @throws what the stream throws when the connection breaks.
 */
export async function readAnswerBody(body: Readable, maxBytes: number): Promise<AnswerBody> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return { kind: 'tooLarge' };
    chunks.push(chunk);
  }
  try {
    return { kind: 'json', value: parsePods(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { kind: 'notJson' };
  }
}
