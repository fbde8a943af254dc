import type { Readable } from 'node:stream';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { isRecord } from '../../lifecycle/snapshot/json-field.ts';
import { createArrivedChunks } from './arrived-chunks.ts';
import { cutList } from './cut-list.ts';
import type { PageBytes } from './page-bytes.ts';
import { isOfPods, parsePod, parsePodsInTurns } from './parse-pods.ts';
import type { AnswerBody } from './read-answer-body.ts';

export type ListedItems<Item> = {
  /** What the list says of itself. */
  readonly list: unknown;
  /** As they were taken, in their order; null: it is no list. */
  readonly items: readonly Item[] | null;
};

/** What of a list is taken before deliveries and probes get their turn. */
const SLICE_MS = 5;
/** Chunks are copied as they come. */
const WAITING_BYTES = 64 * 1024;

export type ListReading<Item> = {
  /** Where the bytes are put together. */
  readonly page: PageBytes;
  readonly maxBytes: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Called for each item, which is not kept. Once more for all of them, should the list turn out not to be written by Go. */
  readonly take: (object: unknown) => Item;
};

/**
 * Reads the JSON of a list of at most `maxBytes`, counted while reading. A list that Go wrote is read item by item, in slices of
 * 5 ms: a page of 500 Pods at once would hold everything else up, and move all of it to the old part of the heap.
 *
 * @throws what the stream throws when the connection breaks.
 */
export async function readListBody<Item>(
  body: Readable,
  reading: ListReading<Item>,
): Promise<AnswerBody<ListedItems<Item>>> {
  const { page } = reading;
  page.clear();
  const arrived = createArrivedChunks(body, () => WAITING_BYTES);
  try {
    for (let chunks = await arrived.take(); chunks !== null; chunks = await arrived.take()) {
      for (const chunk of chunks) page.append(chunk);
      if (page.all().length > reading.maxBytes) return { kind: 'tooLarge' };
    }
    return (await itemByItem(page.all(), reading)) ?? (await whole(page.all(), reading));
  } finally {
    body.destroy();
  }
}

async function itemByItem<Item>(
  bytes: Buffer,
  { clock, take }: ListReading<Item>,
): Promise<AnswerBody<ListedItems<Item>> | null> {
  const cuts = cutList(bytes);
  if (cuts === null) return null;
  const list = parsed(() => JSON.parse(cuts.head));
  if (list === undefined) return null;
  const ofPods = isOfPods(cuts.head);
  const items: Item[] = [];
  let untilMs = clock.monotonicMs() + SLICE_MS;
  for (const [index, start] of cuts.starts.slice(0, -1).entries()) {
    const end = (cuts.starts[index + 1] ?? 0) - 1;
    const object = parsed(() => parsePod(bytes.toString('utf8', start, end), ofPods));
    if (!isRecord(object)) return null;
    items.push(take(object));
    if (clock.monotonicMs() < untilMs) continue;
    await turnOfTheLoop();
    untilMs = clock.monotonicMs() + SLICE_MS;
  }
  return { kind: 'json', value: { list, items } };
}

function parsed(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

async function whole<Item>(
  bytes: Buffer,
  { take }: ListReading<Item>,
): Promise<AnswerBody<ListedItems<Item>>> {
  let list: unknown;
  try {
    list = await parsePodsInTurns(bytes.toString());
  } catch {
    return { kind: 'notJson' };
  }
  // Go writes an empty list as null.
  const items: unknown = isRecord(list) ? (list.items ?? []) : null;
  return { kind: 'json', value: { list, items: Array.isArray(items) ? items.map(take) : null } };
}
