import type { KnownEvent } from './known-event.ts';

/**
 * Where an event stands among the events known of its container.
 *
 * - `current`: nothing newer is known. `previous` is what came before it, null where that is not known.
 * - `stale`: something newer is; `latest` is the newest of all. `newerRun` says whether the container has started again
 *   since, and not just gone on in the same run.
 *
 * `run` is what is known of the event's own run, oldest first, itself included unless it is very old; empty for
 * `preStart` and `hookFailed`. An event that concerns no container (`gap`, `disabled`) is `current`, with nothing
 * before it.
 */
export type EventStanding =
  | { readonly kind: 'current'; readonly previous: KnownEvent | null; readonly run: readonly KnownEvent[] }
  | {
      readonly kind: 'stale';
      readonly latest: KnownEvent;
      readonly newerRun: boolean;
      readonly run: readonly KnownEvent[];
    };

/** What observing an event says: its standing, or that it was observed before, and then what is the newest. */
export type Observed = EventStanding | { readonly kind: 'repeated'; readonly latest: KnownEvent };
