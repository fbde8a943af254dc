/**
 * The part of a page's address that only its script reads: which stretch of time is shown (null while it follows the
 * present), and which event's details are open. It stands in the fragment, so it never reaches a server's log.
 */
export type PageMoment = {
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly eventId: string | null;
};

const TIME = /^\d{1,15}$/;
const EVENT_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Reads `from=<ms>&to=<ms>&event=<id>`, with or without the `#`; anything else counts as not given. */
export function parseMoment(fragment: string): PageMoment {
  const query = new URLSearchParams(fragment.replace(/^#/, ''));
  const fromMs = readTime(query.get('from'));
  const toMs = readTime(query.get('to'));
  const eventId = query.get('event');
  const stretch = fromMs !== null && toMs !== null && fromMs < toMs;
  return {
    fromMs: stretch ? fromMs : null,
    toMs: stretch ? toMs : null,
    eventId: eventId !== null && EVENT_ID.test(eventId) ? eventId : null,
  };
}

/** What {@link parseMoment} reads, without the `#`; whole milliseconds. */
export function formatMoment({ fromMs, toMs, eventId }: PageMoment): string {
  const query = new URLSearchParams();
  if (fromMs !== null && toMs !== null) {
    query.set('from', String(Math.round(fromMs)));
    query.set('to', String(Math.round(toMs)));
  }
  if (eventId !== null) query.set('event', eventId);
  return query.toString();
}

function readTime(text: string | null): number | null {
  return text !== null && TIME.test(text) ? Number(text) : null;
}
