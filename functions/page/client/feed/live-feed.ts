import type { TimelineEntry } from '../../../timeline/timeline.ts';
import { nameQuery, type PageFilter } from '../../model/address/page-address.ts';
import type { LiveData } from '../../model/page-api.ts';
import { probeStream } from './requests.ts';

/**
 * How the stream stands:
 *
 * - `connecting`: first attempt → `live` or `reconnecting`.
 * - `live`: events arrive.
 * - `reconnecting`: lost; it tries again, from where it was → `live` or `stopped`.
 * - `sleeping`: the tab is hidden; it goes on where it was when it is seen again.
 * - `stopped`: it will not try again: access has ended, or the server refuses the place in the stream.
 */
export type LiveState =
  | { readonly kind: 'connecting' | 'live' | 'reconnecting' | 'sleeping' }
  | { readonly kind: 'stopped'; readonly why: 'access' | 'refused' };

type LiveFeedDeps = {
  readonly cursor: string;
  onEntries(entries: readonly TimelineEntry[]): void;
  onState(state: LiveState): void;
};

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 15_000;
/** Servers end streams on purpose, for the reader to come again: only a longer silence is worth a word. */
const PATIENCE_MS = 3_000;

/** Follows `/live`. Nothing is missed while it is away: every connection begins at the last cursor that was received. */
export function createLiveFeed({ cursor: first, onEntries, onState }: LiveFeedDeps) {
  let cursor = first;
  let filter: PageFilter | null = null;
  let source: EventSource | null = null;
  let waitMs = FIRST_WAIT_MS;
  let timer = 0;
  let patience = 0;
  let stopped = false;

  function url(): string {
    const query = filter === null ? new URLSearchParams() : nameQuery(filter);
    query.set('after', cursor);
    return `/live?${query}`;
  }

  function open(): void {
    close();
    if (stopped || document.hidden) return;
    const own = new EventSource(url());
    source = own;
    own.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS;
      calm();
      onState({ kind: 'live' });
    });
    own.addEventListener('entries', (event: MessageEvent<string>) => {
      if (event.lastEventId !== '') cursor = event.lastEventId;
      onEntries((JSON.parse(event.data) as LiveData).entries);
    });
    own.addEventListener('error', () => {
      // The browser tries again once a second, and each attempt fails with an event of its own.
      if (patience === 0) patience = window.setTimeout(() => onState({ kind: 'reconnecting' }), PATIENCE_MS);
      // CLOSED means that the browser has given up: an answer that was no stream.
      if (own.readyState === EventSource.CLOSED && source === own) void recover();
    });
  }

  function calm(): void {
    clearTimeout(patience);
    patience = 0;
  }

  function close(): void {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  async function recover(): Promise<void> {
    close();
    const answer = await probeStream(url());
    if (source !== null) return;
    if (answer.kind === 'access') return stop('access');
    if (answer.kind === 'refused' && answer.status === 400) return stop('refused');
    timer = window.setTimeout(open, waitMs);
    waitMs = Math.min(waitMs * 2, MAX_WAIT_MS);
  }

  function stop(why: 'access' | 'refused'): void {
    stopped = true;
    calm();
    onState({ kind: 'stopped', why });
  }

  document.addEventListener('visibilitychange', () => {
    if (stopped) return;
    if (!document.hidden) return open();
    close();
    calm();
    onState({ kind: 'sleeping' });
  });
  addEventListener('pagehide', close);

  return {
    /** Begins, or goes on with another filter. */
    start(next: PageFilter): void {
      filter = next;
      onState({ kind: 'connecting' });
      open();
    },
  };
}
