import { WEBHOOK_ID_PATTERN } from './sign.ts';
import { type HeaderSource, readSignedHeaders } from './signed-headers.ts';

/** Why a request is refused; stable, for logs, metrics and answers. */
export type RefusalCode =
  | 'missing_header'
  | 'duplicate_header'
  | 'bad_id'
  | 'bad_timestamp'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'too_many_signatures'
  | 'empty_body'
  | 'no_supported_signature'
  | 'bad_signature'
  | 'invalid_utf8';

/** A request that must not be acted on, with the HTTP status to answer. The message holds nothing secret. */
export type Refusal = {
  readonly kind: 'refused';
  readonly status: 400 | 401;
  readonly code: RefusalCode;
  readonly message: string;
};

/** The three headers, well formed and timely, but with nothing proved yet. */
export type WebhookHeaders = {
  readonly kind: 'headers';
  readonly id: string;
  readonly timestampSeconds: number;
  readonly signatures: readonly string[];
};

export const DEFAULT_TOLERANCE_SECONDS = 300;
export const MAX_SIGNATURES = 10;

/** 1 to 12 digits; without leading zeros, so that one moment has one text and the signature covers it. */
const TIMESTAMP_PATTERN = /^(?:0|[1-9]\d{0,11})$/;
/**
 * Fetch `Headers` and proxies join a repeated header with a comma, with or without a space after it. One
 * signature holds one comma (`v1,<base64>`), so a second one before the next space shows a joined value too.
 */
const JOINED_SIGNATURES = /,\s|,[^\s,]*,/;

/**
 * Checks the headers of a delivery, before its body is read: each of the three is there once; then the id,
 * the timestamp (`toleranceSeconds` either way of `nowMs`), the number of signatures.
 *
 * @param nowMs the receiver's clock, Unix milliseconds.
 */
export function readWebhookHeaders(
  headers: HeaderSource,
  nowMs: number,
  toleranceSeconds: number = DEFAULT_TOLERANCE_SECONDS,
): WebhookHeaders | Refusal {
  const { id, timestamp, signature } = readSignedHeaders(headers);
  const signatures = signature.split(' ').filter((part) => part !== '');
  return (
    checkPresentOnce(id, timestamp, signature) ??
    checkId(id) ??
    checkTimestamp(timestamp, nowMs, toleranceSeconds) ??
    checkCount(signatures.length) ?? { kind: 'headers', id, timestampSeconds: Number(timestamp), signatures }
  );
}

/** Builds a {@link Refusal}. */
export function refuse(status: 400 | 401, code: RefusalCode, message: string): Refusal {
  return { kind: 'refused', status, code, message };
}

function checkPresentOnce(id: string, timestamp: string, signature: string): Refusal | null {
  if (id === '') return refuse(400, 'missing_header', 'header webhook-id is missing');
  if (timestamp === '') return refuse(400, 'missing_header', 'header webhook-timestamp is missing');
  if (signature === '') return refuse(401, 'missing_header', 'header webhook-signature is missing');
  if (id.includes(',')) return duplicate('webhook-id');
  if (timestamp.includes(',')) return duplicate('webhook-timestamp');
  if (JOINED_SIGNATURES.test(signature)) return duplicate('webhook-signature');
  return null;
}

function duplicate(name: string): Refusal {
  return refuse(400, 'duplicate_header', `header ${name} is there more than once: send it once`);
}

function checkId(id: string): Refusal | null {
  if (WEBHOOK_ID_PATTERN.test(id)) return null;
  return refuse(400, 'bad_id', 'webhook-id must be 1 to 128 letters, digits, "_" or "-"');
}

function checkTimestamp(timestamp: string, nowMs: number, toleranceSeconds: number): Refusal | null {
  if (!TIMESTAMP_PATTERN.test(timestamp)) {
    return refuse(
      400,
      'bad_timestamp',
      'webhook-timestamp must be Unix seconds: 1 to 12 digits, nothing else',
    );
  }
  const ageSeconds = Math.floor(nowMs / 1000) - Number(timestamp);
  const allowed = `${toleranceSeconds} s are allowed: check both clocks`;
  if (ageSeconds > toleranceSeconds) {
    const message = `webhook-timestamp is ${ageSeconds} s behind this receiver's clock, ${allowed}`;
    return refuse(400, 'timestamp_too_old', message);
  }
  if (-ageSeconds > toleranceSeconds) {
    const message = `webhook-timestamp is ${-ageSeconds} s ahead of this receiver's clock, ${allowed}`;
    return refuse(400, 'timestamp_too_new', message);
  }
  return null;
}

function checkCount(count: number): Refusal | null {
  if (count <= MAX_SIGNATURES) return null;
  const message = `webhook-signature holds ${count} signatures, at most ${MAX_SIGNATURES} are read`;
  return refuse(400, 'too_many_signatures', message);
}
