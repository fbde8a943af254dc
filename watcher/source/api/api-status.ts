import { integer, isRecord, records, text } from '../../lifecycle/snapshot/json-field.ts';
import type { Ending } from './ending.ts';

/** A server that asks for more patience than this is asked again anyway. */
const MAX_RETRY_AFTER_MS = 300_000;
const MAX_MESSAGE_LENGTH = 300;

/**
 * Classifies a refusal: an HTTP status with its body, or the object of an ERROR event in a watch (whose own `code`
 * counts; the HTTP status of the stream was 200).
 *
 * @param status HTTP status, or null for an ERROR event
 * @param body a meta/v1 Status as JSON.parse gave it; anything else is tolerated
 * @param retryAfterMs what the Retry-After header asked for; null where it asked for nothing
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function classifyStatus(
  status: number | null,
  body: unknown,
  retryAfterMs: number | null = null,
): Ending {
  const object = isRecord(body) ? body : {};
  const details = isRecord(object.details) ? object.details : {};
  const code = status ?? integer(object.code) ?? 500;
  const reason = text(object.reason);
  const said = (text(object.message) ?? reason ?? 'no message').slice(0, MAX_MESSAGE_LENGTH);
  const message = `the API server answered ${code}: ${said}`;
  const tooLarge = records(details.causes).some((cause) => cause.reason === 'ResourceVersionTooLarge');
  if (tooLarge) return { kind: 'tooNew', message };
  // "Gone" is what API servers before 1.20 said; client-go treats both alike.
  if (code === 410 || reason === 'Expired' || reason === 'Gone') return { kind: 'expired', message };
  // An object that etcd could not decode was deleted: no watch will ever tell, a list shows that it is gone.
  if (status === null && reason === 'StoreReadError') return { kind: 'expired', message };
  if (code === 401) return { kind: 'unauthorized', message };
  if (code === 404) return { kind: 'absent', message };
  if (code === 403) return { kind: 'forbidden', message };
  const delay = retryDelay(retryAfterMs, details.retryAfterSeconds);
  if (code === 429) return { kind: 'throttled', message, ...delay };
  if (code >= 500) return { kind: 'unavailable', message, ...delay };
  return { kind: 'rejected', message };
}

function retryDelay(headerMs: number | null, seconds: unknown): { retryAfterMs?: number } {
  const askedMs = headerMs ?? (integer(seconds) ?? -1) * 1_000;
  return askedMs < 0 ? {} : { retryAfterMs: Math.min(askedMs, MAX_RETRY_AFTER_MS) };
}
