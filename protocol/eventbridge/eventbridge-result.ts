/** What PutEvents says of one entry: an id when it was taken, a code when it was not. As parsed, so anything may stand there. */
export type EventBridgeResult = { readonly EventId?: unknown; readonly ErrorCode?: unknown };

/**
 * - `taken`: the bus has it, under this id.
 * - `malformed`: the entry itself is at fault, and will be the next time.
 * - `throttled`: too much at a time; `failed`: anything else.
 *
 * @property code AWS's name for it, safe to log; null where it gives none.
 */
export type EventBridgeVerdict =
  | { readonly kind: 'taken'; readonly busEventId: string }
  | { readonly kind: 'malformed' | 'throttled' | 'failed'; readonly code: string | null };

const MALFORMED: ReadonlySet<string> = new Set(['MalformedDetail', 'InvalidArgument', 'EntryTooLarge']);
const THROTTLED: ReadonlySet<string> = new Set(['ThrottlingException', 'TooManyRequestsException']);
const CODE = /^[A-Za-z]\w{0,63}$/;

/**
 * What the result of one entry means. A call can succeed while entries of it fail.
 *
 * @param result undefined where the answer has none for the entry: that is a failure.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
 */
export function readEventBridgeResult(result: EventBridgeResult | undefined): EventBridgeVerdict {
  if (typeof result?.EventId === 'string') return { kind: 'taken', busEventId: result.EventId };
  return readEventBridgeError(result?.ErrorCode);
}

/** What the code of a failure means, of an entry or of a whole call. The message beside a code may quote the entry. */
export function readEventBridgeError(given: unknown): Exclude<EventBridgeVerdict, { kind: 'taken' }> {
  const code = typeof given === 'string' && CODE.test(given) ? given : null;
  if (code !== null && MALFORMED.has(code)) return { kind: 'malformed', code };
  return { kind: code !== null && THROTTLED.has(code) ? 'throttled' : 'failed', code };
}
