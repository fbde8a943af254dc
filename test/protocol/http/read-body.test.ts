import { expect, test } from 'vitest';
import { MAX_BODY_BYTES, readBody } from '../../../protocol/http/read-body.ts';

function chunked(...sizes: number[]) {
  const state = { pulled: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = sizes[state.pulled];
        state.pulled += 1;
        if (size === undefined) controller.close();
        else controller.enqueue(new Uint8Array(size).fill(state.pulled));
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

test('joins the chunks in order', async () => {
  const { stream } = chunked(1, 0, 2);
  expect(await readBody(stream, 10)).toEqual({ kind: 'body', bytes: Uint8Array.of(1, 3, 3) });
});

test('a body of exactly the limit is read, one byte more is too large', async () => {
  const fitting = await readBody(chunked(MAX_BODY_BYTES - 1, 1).stream);
  expect(fitting).toMatchObject({ kind: 'body', bytes: { length: 262_144 } });
  expect(await readBody(chunked(MAX_BODY_BYTES, 1).stream)).toEqual({ kind: 'tooLarge' });
});

test('stops reading and cancels the stream at the first byte too many', async () => {
  const { stream, state } = chunked(5, 6, 7, 8);
  expect(await readBody(stream, 10)).toEqual({ kind: 'tooLarge' });
  expect(state).toEqual({ pulled: 2, cancelled: true });
});

test.each(['5', 'abc', '1e9', '-1', undefined])('a content-length of %s changes nothing', async (length) => {
  const body = 'x'.repeat(5000);
  const headers = length === undefined ? {} : { 'content-length': length };
  const request = () => new Request('http://receiver/', { method: 'POST', body, headers });
  expect(await readBody(request().body, 1000)).toEqual({ kind: 'tooLarge' });
  expect(await readBody(request().body, 5000)).toMatchObject({ kind: 'body', bytes: { length: 5000 } });
});

test('no stream is an empty body', async () => {
  expect(await readBody(null)).toEqual({ kind: 'body', bytes: new Uint8Array(0) });
});

test('answers although cancelling fails or never ends', async () => {
  for (const cancel of [() => Promise.reject(new Error('gone')), () => new Promise<void>(() => {})]) {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(8)),
      cancel,
    });
    expect(await readBody(stream, 10)).toEqual({ kind: 'tooLarge' });
  }
});

test('fails as the stream fails', async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error('connection reset')),
  });
  await expect(readBody(stream)).rejects.toThrow('connection reset');
});
