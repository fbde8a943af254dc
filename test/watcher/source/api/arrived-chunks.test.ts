import { PassThrough } from 'node:stream';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createArrivedChunks } from '../../../../watcher/source/api/arrived-chunks.ts';

const texts = (chunks: readonly Uint8Array[] | null) =>
  chunks?.map((chunk) => Buffer.from(chunk).toString()) ?? null;

describe('createArrivedChunks', () => {
  it('gives what came meanwhile together, chunk by chunk, and then what comes', async () => {
    const body = new PassThrough();
    const arrived = createArrivedChunks(body, () => 1_000);
    body.write('a');
    body.write('b');
    await turnOfTheLoop();
    expect(texts(await arrived.take())).toEqual(['a', 'b']);
    const next = arrived.take();
    body.write('c');
    expect(texts(await next)).toEqual(['c']);
  });

  it('reads no further than it may gather, and goes on when that is taken', async () => {
    const body = new PassThrough({ highWaterMark: 4 });
    const arrived = createArrivedChunks(body, () => 8);
    for (const text of ['1234', '5678', '9abc', 'defg']) body.write(text);
    for (let turn = 0; turn < 5; turn += 1) await turnOfTheLoop();
    expect(texts(await arrived.take())).toEqual(['1234', '5678']);
    for (let turn = 0; turn < 5; turn += 1) await turnOfTheLoop();
    expect(texts(await arrived.take())).toEqual(['9abc', 'defg']);
  });

  it('gives what came before the end, then the end', async () => {
    const body = new PassThrough();
    const arrived = createArrivedChunks(body, () => 1_000);
    body.end('last');
    expect(texts(await arrived.take())).toEqual(['last']);
    expect(await arrived.take()).toBeNull();
    expect(await arrived.take()).toBeNull();
  });

  it('gives what came before the stream broke, then fails as it did', async () => {
    const body = new PassThrough();
    const arrived = createArrivedChunks(body, () => 1_000);
    body.write('half a li');
    await turnOfTheLoop();
    body.destroy(new Error('reset'));
    await turnOfTheLoop();
    expect(texts(await arrived.take())).toEqual(['half a li']);
    await expect(arrived.take()).rejects.toThrow('reset');
  });

  it('fails when the stream is given up without a word', async () => {
    const body = new PassThrough();
    const arrived = createArrivedChunks(body, () => 1_000);
    const next = arrived.take();
    body.destroy();
    await expect(next).rejects.toThrow('Premature close');
  });
});
