import { nameQuery, type PageFilter } from '../../model/address/page-address.ts';
import type {
  EventAnswer,
  RerunsAnswer,
  RunAnswer,
  RunningAnswer,
  WindowAnswer,
} from '../../model/page-api.ts';

/** Why there is no answer: access has ended, the server refused, or nothing came back. */
export type FeedRefusal =
  | { readonly kind: 'access' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      /** After how long asking again may help; null where the server does not say. */
      readonly retryMs: number | null;
    }
  | { readonly kind: 'silent' };
export type FeedAnswer<Body> = { readonly kind: 'answer'; readonly body: Body } | FeedRefusal;

const DEADLINE_MS = 20_000;
/** Each event that is to be handled again is read, recorded and handed off. */
const POST_DEADLINE_MS = 60_000;
/** As many as one answer may hold. */
const LIMIT = 2_000;

/** Events before a moment, newest first; `after` asks for the rest of an earlier answer. */
export function fetchWindow(
  filter: PageFilter,
  { fromMs, toMs, after }: { fromMs: number; toMs: number; after: string | null },
  signal: AbortSignal,
): Promise<FeedAnswer<WindowAnswer>> {
  const query = nameQuery(filter);
  query.set('from', String(Math.floor(fromMs)));
  query.set('to', String(Math.ceil(toMs)));
  query.set('limit', String(LIMIT));
  if (after !== null) query.set('after', after);
  return ask(`/timeline.json?${query}`, { signal });
}

export function fetchRunning(filter: PageFilter, signal: AbortSignal): Promise<FeedAnswer<RunningAnswer>> {
  const query = nameQuery(filter);
  query.set('limit', String(LIMIT));
  return ask(`/running.json?${query}`, { signal });
}

export function fetchEvent(eventId: string): Promise<FeedAnswer<EventAnswer>> {
  return ask(`/events/${encodeURIComponent(eventId)}.json`, {});
}

/** Asks for a handler to run again for an event; it has not run yet when the answer is there. */
export function postRunAgain(
  eventId: string,
  handler: string,
  csrfToken: string,
): Promise<FeedAnswer<RunAnswer>> {
  return ask(`/events/${encodeURIComponent(eventId)}/handlers/${encodeURIComponent(handler)}/run`, {
    method: 'POST',
    headers: { 'x-csrf-token': csrfToken },
  });
}

/** Asks for handlers to run again, at most 20; none has run yet when the answer is there. */
export function postReruns(
  handlers: readonly { readonly eventId: string; readonly handler: string }[],
  csrfToken: string,
): Promise<FeedAnswer<RerunsAnswer>> {
  return ask('/handlers/rerun', {
    method: 'POST',
    headers: { 'x-csrf-token': csrfToken, 'content-type': 'application/json' },
    body: JSON.stringify({ handlers: handlers.map(({ eventId, handler }) => ({ eventId, handler })) }),
  });
}

/** The server's own status for a stream that EventSource could not open: it says nothing but "error" itself. */
export async function probeStream(url: string): Promise<FeedRefusal | { readonly kind: 'open' }> {
  const abort = new AbortController();
  try {
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([abort.signal, AbortSignal.timeout(DEADLINE_MS)]),
    });
    return response.ok ? { kind: 'open' } : await refusal(response);
  } catch {
    return { kind: 'silent' };
  } finally {
    abort.abort();
  }
}

async function ask<Body>(url: string, init: RequestInit): Promise<FeedAnswer<Body>> {
  const { method, signal: given } = init;
  const deadline = AbortSignal.timeout(method === 'POST' ? POST_DEADLINE_MS : DEADLINE_MS);
  const signal = given ? AbortSignal.any([given, deadline]) : deadline;
  try {
    const response = await fetch(url, { ...init, signal });
    if (!response.ok) return await refusal(response);
    return { kind: 'answer', body: (await response.json()) as Body };
  } catch {
    return { kind: 'silent' };
  }
}

async function refusal(response: Response): Promise<FeedRefusal> {
  if (response.status === 401) return { kind: 'access' };
  const said: unknown = await response.json().catch(() => null);
  const message =
    typeof said === 'object' && said !== null && 'message' in said ? String(said.message) : 'no reason given';
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryMs = Number.isFinite(seconds) ? seconds * 1_000 : null;
  return { kind: 'refused', status: response.status, message, retryMs };
}
