import type { NewRecord } from '../../../audit/chain-store.ts';
import { parseContent } from '../../../audit/parse-content.ts';
import { recordIdOf } from '../../../audit/record-id.ts';
import type { RecordContent, StoredRecord } from '../../../audit/stored-record.ts';
import { recordedAtMsOf, timeOf } from '../../../audit/stored-record.ts';
import type { Item } from '../dynamodb/dynamodb-item.ts';
import { chainKey, dayOf, NO_POD, placeOf } from './audit-keys.ts';

/** The attributes of a record without the event's bytes. */
export const RECORD_ATTRIBUTES = ['stream', 'position', 'previousHash', 'hash', 'content'] as const;
/** What a record is found by. */
export const FILED_ATTRIBUTES = ['recordId', 'recordedAtMs', 'day', 'at', 'pod'] as const;
/** All of them, with the key: what is read of a record to be checked. */
export const CHECKED_ATTRIBUTES: readonly string[] = ['pk', 'sk', ...RECORD_ATTRIBUTES, ...FILED_ATTRIBUTES];

/** A record as an item. What the indexes are searched by is taken from `content`, the text that is hashed. */
export function recordItem(record: NewRecord, content: RecordContent): Item {
  const { stream, position, previousHash, hash, body } = record;
  const { pod, ...filed } = filedBy(record, content);
  return {
    ...chainKey(stream, position),
    stream,
    position,
    previousHash,
    hash,
    content: record.content,
    ...filed,
    ...(pod === undefined ? {} : { pod }),
    ...(body === undefined ? {} : { body }),
  };
}

/** What an item of a record says besides the record; `pod` only of an event. */
export function filedBy(record: StoredRecord, content: RecordContent) {
  const atMs = timeOf(content);
  return {
    recordId: recordIdOf(content),
    recordedAtMs: recordedAtMsOf(content),
    day: dayOf(atMs),
    at: placeOf(record, atMs),
    pod: content.kind === 'event' ? content.pod || NO_POD : undefined,
  };
}

export function storedRecord(item: Item): StoredRecord {
  return {
    stream: String(item.stream),
    position: Number(item.position),
    previousHash: String(item.previousHash),
    hash: String(item.hash),
    content: String(item.content),
  };
}

export function contentOf(item: Item): RecordContent {
  return parseContent(String(item.content));
}
