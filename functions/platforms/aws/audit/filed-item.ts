import { withHashChecked } from '../../../audit/filed-row.ts';
import { recordIdOf } from '../../../audit/record-id.ts';
import type { StoredRecord } from '../../../audit/stored-record.ts';
import { timeOf } from '../../../audit/stored-record.ts';
import { readableContent } from '../../../audit/timeline-entry.ts';
import type { Item } from '../dynamodb/dynamodb-item.ts';
import { chainKey, DAYS, dayOf, eventIdOfRecord, eventKey, STREAMS } from './audit-keys.ts';
import type { AuditTable, Key } from './audit-table.ts';
import { readableEventItem, recordsOf } from './event-item.ts';
import { FILED_ATTRIBUTES, filedBy, storedRecord } from './record-item.ts';

/**
 * The record in an item, with `misfiled` where the item stands under another key than its record, or under something else
 * than its record says. Of an index, only what the index shows can be compared.
 *
 * @param shown the attributes that were asked for, or that the index has.
 */
export function recordOfItem(item: Item, shown: readonly string[]): StoredRecord {
  const record = storedRecord(item);
  const misfiled = misfiledBy(item, record, shown);
  return misfiled === null ? record : { ...record, misfiled };
}

function misfiledBy(item: Item, record: StoredRecord, shown: readonly string[]): string | null {
  const { pk, sk } = chainKey(record.stream, record.position);
  if (item.pk !== pk || item.sk !== sk) return 'key';
  const { stream, position, previousHash, hash, content } = record;
  const retyped = Object.entries({ stream, position, previousHash, hash, content }).find(
    ([name, value]) => item[name] !== value,
  );
  if (retyped !== undefined) return retyped[0];
  const read = readableContent(record);
  // What cannot be read is found by nothing, and the verifier says so.
  if (read === null) return null;
  const wanted: Readonly<Record<string, unknown>> = filedBy(record, read);
  return FILED_ATTRIBUTES.find((name) => shown.includes(name) && item[name] !== wanted[name]) ?? null;
}

/** Of an item that answers a question, its hash too: who reads an answer does not verify the chain. */
export function answerOfItem(item: Item): Promise<StoredRecord> {
  return withHashChecked(recordOfItem(item, Object.keys(item)));
}

/**
 * Those records of a chain by which nobody would find what they say, with `misfiled`: where the item of an event does not
 * list them, or where a day or the stream itself is not announced.
 */
export async function withListings(
  table: Pick<AuditTable, 'getAll'>,
  records: readonly StoredRecord[],
): Promise<readonly StoredRecord[]> {
  const wanted = records.map((record) => ({ record, listings: listingsOf(record) }));
  const keys = wanted.flatMap(({ listings }) => listings.map(({ key }) => key));
  const found = new Map((await table.getAll(keys)).map((item) => [nameOf(item), item]));
  return wanted.map(({ record, listings }) => {
    if (record.misfiled !== undefined) return record;
    const missing = listings.find(({ key, isListed }) => !isListed(found.get(nameOf(key))));
    return missing === undefined ? record : { ...record, misfiled: missing.name };
  });
}

type Listing = {
  readonly name: string;
  readonly key: Key;
  readonly isListed: (item: Item | undefined) => boolean;
};

function listingsOf(record: StoredRecord): readonly Listing[] {
  const content = readableContent(record);
  if (content === null) return [];
  const isThere = (item: Item | undefined) => item !== undefined;
  return [
    { name: 'stream', key: { pk: STREAMS, sk: record.stream }, isListed: isThere },
    { name: 'day', key: { pk: DAYS, sk: dayOf(timeOf(content)) }, isListed: isThere },
    ...(content.kind === 'retention' ? [] : [listingOfEvent(record, recordIdOf(content))]),
  ];
}

function listingOfEvent({ stream, position }: StoredRecord, recordId: string): Listing {
  const isListed = (item: Item | undefined) => {
    const event = readableEventItem(item);
    if (event === null || event.stream !== stream || event.eventId !== eventIdOfRecord(recordId))
      return false;
    return recordsOf(event).some((one) => one.recordId === recordId && one.position === position);
  };
  return { name: 'event', key: eventKey(eventIdOfRecord(recordId)), isListed };
}

function nameOf({ pk, sk }: Item | Key): string {
  return `${pk}\0${sk}`;
}
