import type { TimelineEntry } from '../../../timeline/timeline.ts';
import type { PageFilter } from '../../model/address/page-address.ts';
import type { LoadedHistory } from '../../model/loaded-history.ts';
import { fetchRunning, fetchWindow } from './requests.ts';

type HistoryDeps = {
  onEntries(entries: readonly TimelineEntry[]): void;
  onChange(): void;
  onAccessEnded(): void;
};

const RETRY_AFTER_MS = 5_000;
/** The server looks back so far at once. A stretch as long without any event counts as the beginning. */
const STRETCH_MS = 31 * 24 * 3_600_000;

/**
 * What is loaded of the past: everything since `loaded().fromMs`, and the runs that were running before it. More is
 * loaded as the view moves there, one answer at a time, newest first.
 */
export function createHistory({ onEntries, onChange, onAccessEnded }: HistoryDeps) {
  let loaded: LoadedHistory = { fromMs: Number.POSITIVE_INFINITY, state: 'partial' };
  let filter: PageFilter | null = null;
  let chain: { readonly fromMs: number; readonly toMs: number; readonly after: string | null } | null = null;
  let wantedMs = Number.POSITIVE_INFINITY;
  let abort = new AbortController();
  let notBeforeMs = 0;

  function set(next: LoadedHistory): void {
    loaded = next;
    onChange();
  }

  async function loadMore(): Promise<void> {
    const { signal } = abort;
    while (filter !== null && loaded.fromMs > wantedMs && !signal.aborted) {
      if (loaded.state !== 'partial' && loaded.state !== 'failed') return;
      chain ??= { fromMs: Math.max(0, loaded.fromMs - STRETCH_MS), toMs: loaded.fromMs, after: null };
      set({ ...loaded, state: 'loading' });
      const answer = await fetchWindow(filter, chain, signal);
      if (signal.aborted) return;
      if (answer.kind !== 'answer') {
        if (answer.kind === 'access') onAccessEnded();
        notBeforeMs = performance.now() + RETRY_AFTER_MS;
        return set({ ...loaded, state: 'failed' });
      }
      const { entries, next } = answer.body;
      onEntries(entries);
      const oldest = entries.at(-1)?.occurredAtMs ?? loaded.fromMs;
      chain = next === null ? null : { ...chain, after: next };
      const fromMs = Math.min(oldest, loaded.fromMs);
      set({ fromMs, state: entries.length === 0 ? 'complete' : 'partial' });
    }
  }

  return {
    loaded: () => loaded,
    /** What the first view has brought. */
    begin(wanted: PageFilter, fromMs: number): void {
      filter = wanted;
      set({ fromMs, state: 'partial' });
    },
    /** Another filter: everything is asked for again, from the present backwards. */
    async restart(wanted: PageFilter, nowMs: number): Promise<void> {
      abort.abort();
      abort = new AbortController();
      filter = wanted;
      chain = null;
      loaded = { fromMs: nowMs, state: 'partial' };
      const { signal } = abort;
      void loadMore();
      const running = await fetchRunning(wanted, signal);
      if (running.kind === 'answer' && !signal.aborted) onEntries(running.body.entries);
      onChange();
    },
    /** The view reaches back to a moment; loads until everything since then is there. */
    reach(fromMs: number): void {
      wantedMs = fromMs;
      if (loaded.state === 'partial' || (loaded.state === 'failed' && performance.now() > notBeforeMs)) {
        if (loaded.fromMs > wantedMs) void loadMore();
      }
    },
    /** The page held too much and has let the oldest go; it asks for no more. */
    letGo(fromMs: number): void {
      set({ fromMs: Math.max(fromMs, loaded.fromMs), state: 'full' });
    },
  };
}
