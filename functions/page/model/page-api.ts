import type { CarriedSignature } from '../../ingress/carried-signature.ts';
import type { Deliveries } from '../../ingress/receipts.ts';
import type { SenderAttempt } from '../../timeline/sender-attempts.ts';
import type { TimelineEntry } from '../../timeline/timeline.ts';

/**
 * What the page's script and the server say to each other, as JSON. Filters (`cluster`, `namespace`, `pod`, `container`)
 * are query parameters of the same names, on the page's own URL too.
 *
 * | request                              | answer                                                        |
 * |--------------------------------------|---------------------------------------------------------------|
 * | `GET /`                              | the page; its first data stands in `script#first-view`         |
 * | `GET /timeline.json?from&to&limit&after` | {@link WindowAnswer}, newest first; `from`, `to` in ms, at most 31 days apart |
 * | `GET /running.json?limit`            | {@link RunningAnswer}; every `limit` is 1 to 2,000              |
 * | `GET /live?after=<cursor>`           | server-sent events `entries` with {@link LiveData}; `id` is the cursor |
 * | `GET /events/<id>.json`              | {@link EventAnswer}                                           |
 * | `POST /events/<id>/handlers/<name>/run` | 202 {@link RunAnswer}, 404, 409; needs `x-csrf-token`       |
 * | `POST /handlers/rerun` with `{ handlers }` | {@link RerunsAnswer}, in their order; at most 20; needs `x-csrf-token` |
 *
 * Refusals are `{ error, message }` with status 400 (and `parameter`), 401, 403, 404, 409, 429 or 503; the last two have
 * `retry-after`.
 */
export type FirstView = {
  readonly nowMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Newest first. */
  readonly entries: readonly TimelineEntry[];
  readonly running: readonly TimelineEntry[];
  /** For `after` of `/timeline.json`; null when the window is complete. */
  readonly next: string | null;
  /** For `after` of `/live`. */
  readonly cursor: string;
  /** For the header `x-csrf-token`. */
  readonly csrfToken: string;
};

export type WindowAnswer = { readonly entries: readonly TimelineEntry[]; readonly next: string | null };
export type RunningAnswer = { readonly entries: readonly TimelineEntry[] };
export type LiveData = { readonly entries: readonly TimelineEntry[] };

/**
 * @property entry with the results of its runs, which the lists leave out.
 * @property body the event, byte for byte, as text; null once the retention has removed it.
 * @property signed the headers it came with, and whether they were verified; null where it came over a trusted bus without
 *   any.
 * @property deliveries null once the receiver has forgotten them (16 days by default).
 * @property attempts the watcher's, oldest first, where it shares the machine with the receiver and remembers them; else null.
 */
export type EventAnswer = {
  readonly entry: TimelineEntry;
  readonly body: string | null;
  readonly signed: CarriedSignature | null;
  readonly deliveries: Deliveries | null;
  readonly attempts: readonly SenderAttempt[] | null;
};

export type RunAnswer = { readonly status: 'queued' };

/** @property message why it does not run, where `status` is `refused`. */
export type RerunsAnswer = {
  readonly results: readonly {
    readonly eventId: string;
    readonly handler: string;
    readonly status: 'queued' | 'refused';
    readonly message?: string;
  }[];
};
