import type { Item } from '../../store/dynamodb-item.ts';
import type { NewRecord } from '../chain-store.ts';
import { parseContent } from '../parse-content.ts';
import { timeOf } from '../record-time.ts';
import type { RecordContent, StoredRecord } from '../stored-record.ts';
import { chainKey, dayOf, NO_POD, placeOf, recordedAtMs } from './keys.ts';

/** The attributes of a record without the event's bytes. */
export const RECORD_ATTRIBUTES = ['stream', 'position', 'previousHash', 'hash', 'content'] as const;

/** A record as an item. What the indexes are searched by is taken from `content`, the text that is hashed. */
export function recordItem(record: NewRecord, content: RecordContent): Item {
  const { stream, position, previousHash, hash, recordId, body } = record;
  const atMs = timeOf(content);
  return {
    ...chainKey(stream, position),
    stream,
    position,
    previousHash,
    hash,
    content: record.content,
    recordId,
    recordedAtMs: recordedAtMs(content),
    day: dayOf(atMs),
    at: placeOf(record, atMs),
    ...(content.kind === 'event' && { pod: content.pod || NO_POD }),
    ...(body === undefined ? {} : { body }),
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
