import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../../settings/ambient/clock.ts';
import { readWatch } from '../../../../watcher/source/api/read-watch.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

/** So much passes with each look at the clock: a slice of 5 ms is over after ten changes. */
const LOOK_MS = 0.5;

function changes(count: number): string {
  const line = (at: number) =>
    JSON.stringify({ type: 'MODIFIED', object: { metadata: { uid: 'a', resourceVersion: String(at + 1) } } });
  return Array.from({ length: count }, (_, at) => `${line(at)}\n`).join('');
}

/** Reads a stream of which a part comes whenever a batch was handed on. Gives the sizes of the batches. */
async function batchesOf(
  first: string,
  meanwhile: readonly string[],
  { isListing = false } = {},
): Promise<readonly number[]> {
  const body = new Readable({ read() {} });
  body.push(first);
  const rest = [...meanwhile];
  const still = createFakeClock();
  let lookedMs = 0;
  const clock: Clock = {
    ...still,
    monotonicMs() {
      lookedMs += LOOK_MS;
      return lookedMs;
    },
  };
  const request = async () => ({ status: 200, retryAfter: null, body });
  const told = { server: 'http://scripted.invalid', contextName: null, namespace: null, insecure: false };
  const sizes: number[] = [];
  const ending = await readWatch<null>(
    { cluster: { ...told, request, close: async () => {} }, clock },
    {
      ...{ path: '/', signal: new AbortController().signal, headersTimeoutMs: 1_000 },
      ...{ silenceMs: null, timeoutSeconds: 300, project: () => null, onContact() {} },
      isListing: () => isListing,
      onMessages(messages) {
        sizes.push(messages.length);
        body.push(rest.shift() ?? null);
        return null;
      },
    },
  );
  expect(ending.kind).toBe('closed');
  return sizes;
}

describe('readWatch', () => {
  it('hands on what is left of a read together with what has come meanwhile', async () => {
    expect(await batchesOf(changes(15), [changes(4)])).toEqual([10, 9]);
  });

  it('lets it wait for no longer than a slice', async () => {
    expect(await batchesOf(changes(15), [changes(40)])).toEqual([10, 9, 10, 10, 10, 6]);
  });

  it('hands on what is left of a read of a list, which waits for nothing', async () => {
    expect(await batchesOf(changes(15), [changes(4)], { isListing: true })).toEqual([10, 5, 4]);
  });

  it('lets nothing wait for what has not come', async () => {
    expect(await batchesOf(changes(15), [])).toEqual([10, 5]);
  });
});
