import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPod } from '../../../../watcher/lifecycle/snapshot/project-pod.ts';
import { createPageBytes } from '../../../../watcher/source/api/page-bytes.ts';
import { readListBody } from '../../../../watcher/source/api/read-list-body.ts';
import { traceLines, traceNames } from '../../../support/traces.ts';

const STILL = { monotonicMs: () => 0 };

type Options = { readonly maxBytes?: number; readonly chunkBytes?: number };

/** Reads a text that comes in pieces, which may cut a character in two. */
function read(
  text: string | Buffer,
  { maxBytes = 1e9, chunkBytes = 7 }: Options = {},
  page = createPageBytes(),
) {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, at) =>
    bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes),
  );
  const body = Readable.from(chunks, { objectMode: false });
  return readListBody<unknown>(body, { page, maxBytes, clock: STILL, take: (object) => object });
}

/** What JSON.parse makes of it. */
function parsedWhole(text: string): unknown {
  const { items, ...rest } = JSON.parse(text);
  return { rest, items: items ?? [] };
}

async function readAs(text: string, chunkBytes?: number): Promise<unknown> {
  const body = await read(text, chunkBytes === undefined ? {} : { chunkBytes });
  if (body.kind !== 'json') return body.kind;
  const { items: _, ...rest } = body.value.list as Record<string, unknown>;
  return { rest, items: body.value.items };
}

/** A list as Go writes it. */
function listText(items: readonly unknown[], metadata: object = { resourceVersion: '7' }): string {
  return JSON.stringify({ kind: 'WidgetList', apiVersion: 'example.com/v1', metadata, items });
}

/** Says in which turn of the event loop each item was taken, when taking one takes as long as a slice. */
async function turnsOf(text: string): Promise<readonly number[]> {
  let turn = 0;
  let isRead = false;
  const count = () => {
    turn += 1;
    if (!isRead) setImmediate(count);
  };
  count();
  let nowMs = 0;
  const turns: number[] = [];
  await readListBody(Readable.from([Buffer.from(text)]), {
    page: createPageBytes(),
    maxBytes: 1e9,
    clock: { monotonicMs: () => nowMs },
    take() {
      nowMs += 5;
      turns.push(turn);
    },
  });
  isRead = true;
  return turns;
}

/** Texts made of what could mislead a search in the text. */
const trap = fc
  .array(
    fc.constantFrom(
      '},{"metadata":{',
      '"items":[',
      ']}',
      '{"metadata":{',
      '\\',
      '"',
      '{',
      '}',
      'ä',
      '😀',
      '\u2028',
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    trap,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(trap, fc.constantFrom('metadata', 'items', 'kind')), tie('value'), { maxKeys: 3 }),
  ),
})).value;
const item = fc.record(
  { metadata: fc.dictionary(trap, value, { maxKeys: 3 }), spec: value },
  { noNullPrototype: true },
);
const listMetadata = fc.record(
  { resourceVersion: trap, continue: trap, remainingItemCount: fc.nat() },
  { requiredKeys: ['resourceVersion'] },
);

describe('readListBody', () => {
  it('reads any list as JSON.parse does, whatever stands in it and however it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 4 }),
        listMetadata,
        fc.record({
          chunkBytes: fc.integer({ min: 1, max: 60 }),
          isTyped: fc.boolean(),
          isLast: fc.boolean(),
        }),
        fc.constantFrom('', '\n', ' '),
        async (items, metadata, { chunkBytes, isTyped, isLast }, end) => {
          const all = isTyped ? items.map((each) => ({ kind: 'Widget', apiVersion: 'v1', ...each })) : items;
          const text = isLast ? JSON.stringify({ items: all, metadata }) : listText(all, metadata);
          expect(await readAs(text + end, chunkBytes)).toEqual(parsedWhole(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads the recorded Pods as one list, item by item', async () => {
    const pods = traceNames()
      .flatMap((name) => traceLines(name))
      .filter(({ stream }) => stream === 'pods')
      .map(({ event }) => event.object);
    const metadata = {
      resourceVersion: '7',
      continue: 'eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ',
      remainingItemCount: 3,
    };
    const items = pods.map(({ kind: _kind, apiVersion: _version, ...pod }) => pod);
    const text = `${JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata, items })}\n`;
    const body = await read(text, { chunkBytes: 10_000 });
    const { list, items: taken } = body.kind === 'json' ? body.value : { list: null, items: [] };
    expect(list).toMatchObject({ kind: 'PodList', metadata });
    expect(taken?.map(readPod)).toEqual(pods.map(readPod));
    // Of a Pod that Go wrote nothing is taken that nobody reads.
    expect(JSON.stringify(taken).length).toBeLessThan(text.length / 2);
    const turns = await turnsOf(text);
    expect(new Set(turns).size).toBe(pods.length);
  });

  it.each([
    ['as an API server writes it', [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }]],
    [
      'whose items say what they are',
      ['a', 'b'].map((name) => ({ kind: 'Widget', apiVersion: 'v1', metadata: { name } })),
    ],
  ])('gives others their turn between the items of a list %s', async (_, items) => {
    for (const end of ['', '\n']) {
      const [first = 0, second = 0] = await turnsOf(listText(items) + end);
      expect(second).toBeGreaterThan(first);
    }
  });

  it('reads a list whole when something in an item begins as items do', async () => {
    const nested = {
      metadata: { name: 'a' },
      spec: [{ metadata: { name: 'x' } }, { metadata: { name: 'y' } }],
    };
    const text = listText([nested, { metadata: { name: 'b' } }]);
    expect(await readAs(text)).toEqual(parsedWhole(text));
  });

  it('reads a list whole when its items do not begin alike', async () => {
    const text = listText([{ metadata: { name: 'a' } }, { spec: {}, metadata: {} }, 7, null]);
    expect(await readAs(text)).toEqual(parsedWhole(text));
  });

  it.each([
    ['no items', '{"kind":"WidgetList","apiVersion":"v1","metadata":{}}'],
    [
      'null for items, as Go writes none',
      '{"kind":"WidgetList","apiVersion":"v1","metadata":{},"items":null}',
    ],
    ['an empty list of items', '{"kind":"WidgetList","apiVersion":"v1","metadata":{},"items":[]}'],
  ])('takes a list with %s for an empty one', async (_, text) => {
    expect(await readAs(text)).toMatchObject({ items: [] });
  });

  it('keeps a field that comes after the items', async () => {
    const text =
      '{"kind":"WidgetList","apiVersion":"v1","metadata":{},"items":[{"metadata":{}}],"metadata":{"a":[]}}';
    expect(await readAs(text)).toEqual(parsedWhole(text));
  });

  it.each([
    [
      'an end that closes nothing',
      '{"kind":"WidgetList","apiVersion":"v1","metadata":{},"items":[{"metadata":{}}}}',
    ],
    [
      'a head that is not JSON',
      '{"kind":"WidgetList","apiVersion":"v1","metadata":{a},"items":[{"metadata":{}}]}',
    ],
    [
      'an item that is not JSON',
      '{"kind":"WidgetList","apiVersion":"v1","metadata":{},"items":[{"metadata":{a}}]}',
    ],
    [
      'more after its end',
      '{"kind":"WidgetList","apiVersion":"v1","metadata":{},"items":[{"metadata":{}}]}]}',
    ],
    ['nothing at all', ''],
  ])('refuses a text with %s', async (_, text) => {
    expect(await readAs(text)).toBe('notJson');
  });

  it('says when the answer is no list', async () => {
    expect(await readAs('{"kind":"Status","items":"x"}')).toMatchObject({ items: null });
    const body = await read('[]');
    expect(body.kind === 'json' && body.value.items).toBeNull();
  });

  it('reads no further than the limit', async () => {
    const text = listText([{ metadata: { name: 'x'.repeat(100) } }]);
    expect(await read(text, { maxBytes: text.length })).toMatchObject({ kind: 'json' });
    expect(await read(text, { maxBytes: text.length - 1 })).toEqual({ kind: 'tooLarge' });
  });

  it('fails as the connection did', async () => {
    const body = Readable.from(
      (async function* () {
        yield Buffer.from('{"kind":');
        throw new Error('reset');
      })(),
    );
    const reading = { page: createPageBytes(), maxBytes: 1e6, clock: STILL, take: () => null };
    await expect(readListBody(body, reading)).rejects.toThrow('reset');
  });

  it('reads page after page in the same memory, which goes back at once', async () => {
    const page = createPageBytes();
    const large = listText([{ metadata: { name: 'x'.repeat(300_000) } }]);
    const small = listText([{ metadata: { name: 'y' } }]);
    await read(large, { chunkBytes: 50_000 }, page);
    const { buffer } = page.all();
    const body = await read(small, {}, page);
    expect(body.kind === 'json' && body.value.items).toEqual([{ metadata: { name: 'y' } }]);
    expect(page.all().buffer).toBe(buffer);
    page.release();
    expect(buffer.byteLength).toBe(0);
    page.release();
    expect(page.all()).toHaveLength(0);
  });
});
