import type { AuditReader } from '../audit/audit-reader.ts';
import type { StoredRecord } from '../audit/stored-record.ts';
import { jsonBytes, MOST_ANSWER_BYTES } from './answer-bytes.ts';
import { toWire, type WireRecord } from './wire-record.ts';

/** @property next give it as `after` for the next page; null at the end of the chain. */
export type ChainPage = { readonly records: readonly WireRecord[]; readonly next: number | null };

type ChainPageRequest = {
  readonly stream: string;
  readonly after: number;
  readonly limit: number;
  readonly bodies: boolean;
};

/** Reads one page of a chain. It ends early where its records get too large together, but holds at least one. */
export async function readChainPage(reader: AuditReader, request: ChainPageRequest): Promise<ChainPage> {
  const { stream, after, limit, bodies } = request;
  const stored = await reader.chain(stream, { after, limit });
  const records: WireRecord[] = [];
  let bytes = 0;
  for (const record of stored) {
    const wire = bodies ? await withBody(reader, record) : toWire({ record });
    bytes += jsonBytes(wire);
    if (bytes > MOST_ANSWER_BYTES && records.length > 0) break;
    records.push(wire);
  }
  const isEnd = stored.length < limit && records.length === stored.length;
  return { records, next: isEnd ? null : (records.at(-1)?.position ?? null) };
}

async function withBody(reader: AuditReader, record: StoredRecord): Promise<WireRecord> {
  const eventId = eventIdOf(record.content);
  return eventId === null ? toWire({ record }) : toWire({ record, body: await reader.body(eventId) });
}

/** The event that a record is of; null for other records, and for those that cannot be read. */
export function eventIdOf(content: string): string | null {
  try {
    const said: unknown = JSON.parse(content);
    const isEvent = typeof said === 'object' && said !== null && 'kind' in said && said.kind === 'event';
    return isEvent && 'eventId' in said && typeof said.eventId === 'string' ? said.eventId : null;
  } catch {
    return null;
  }
}
