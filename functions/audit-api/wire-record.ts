import * as z from 'zod/mini';
import { decodeBase64, encodeBase64 } from '../../protocol/bytes/base64.ts';
import type { StoredRecord } from '../audit/stored-record.ts';
import type { ChainEntry } from '../audit/verify/verify-verdict.ts';

/**
 * A record of the audit trail as JSON: in answers of the HTTP API, and one a line in an export.
 *
 * @property body of an event, in base64; null when its bytes are not there; left out where bodies were not asked for,
 *   and of records that have none.
 */
export type WireRecord = StoredRecord & { readonly body?: string | null };

const schema = z.object({
  stream: z.string().check(z.minLength(1), z.maxLength(1_024)),
  position: z.number().check(z.int(), z.positive()),
  previousHash: z.string().check(z.maxLength(128)),
  hash: z.string().check(z.maxLength(128)),
  content: z.string(),
  misfiled: z.optional(z.string().check(z.maxLength(64))),
  body: z.optional(z.nullable(z.string())),
});

export function toWire({ record, body }: ChainEntry): WireRecord {
  const { stream, position, previousHash, hash, content, misfiled } = record;
  const wire = { stream, position, previousHash, hash, content, ...(misfiled !== undefined && { misfiled }) };
  return body === undefined ? wire : { ...wire, body: body === null ? null : encodeBase64(body) };
}

/** Reads what {@link toWire} made; null for anything else. Fields that it does not know are left aside. */
export function fromWire(value: unknown): ChainEntry | null {
  const read = schema.safeParse(value);
  if (!read.success) return null;
  const { body, misfiled, ...rest } = read.data;
  const record = { ...rest, ...(misfiled !== undefined && { misfiled }) };
  if (body === undefined) return { record };
  if (body === null) return { record, body: null };
  const bytes = decodeBase64(body);
  return bytes === null ? null : { record, body: bytes };
}
