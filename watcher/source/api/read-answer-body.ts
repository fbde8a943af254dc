import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { parsePods, parsePodsInTurns } from './parse-pods.ts';

export type AnswerBody<Value> =
  | { readonly kind: 'json'; readonly value: Value }
  | { readonly kind: 'notJson' }
  | { readonly kind: 'tooLarge' };

/** What is larger is decoded, cut and parsed in turns of their own, because megabytes at once hold up whoever waits. */
const SMALL_BYTES = 256 * 1024;

/**
 * Reads a whole JSON body of at most `maxBytes`, counted while reading.
 *
 * @throws what the stream throws when the connection breaks.
 */
export async function readAnswerBody(body: Readable, maxBytes: number): Promise<AnswerBody<unknown>> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return { kind: 'tooLarge' };
    text += decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
  text += decoder.end();
  try {
    if (bytes <= SMALL_BYTES) return { kind: 'json', value: parsePods(text) };
    await turnOfTheLoop();
    return { kind: 'json', value: await parsePodsInTurns(text) };
  } catch {
    return { kind: 'notJson' };
  }
}
