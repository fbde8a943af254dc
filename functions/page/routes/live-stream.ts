import type { Clock } from '../../../settings/ambient/clock.ts';
import { delay } from '../../../settings/ambient/delay.ts';
import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { Log } from '../../ambient/log.ts';
import { matchesTimelineFilter } from '../../timeline/matches-timeline-filter.ts';
import type { FeedPart, Timeline, TimelineFilter } from '../../timeline/timeline.ts';
import type { LiveData } from '../model/page-api.ts';

/**
 * @property liveMs after which a stream ends itself, for the reader to come again: many platforms cut longer ones off.
 *   0 tells what is new and ends, for platforms that cannot stream.
 * @property stop ends every stream.
 */
export type LiveDeps = {
  readonly timeline: Pick<Timeline, 'feed'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly liveMs: number;
  readonly stop?: AbortSignal | undefined;
};

/** Where the stream goes; `gone` is aborted when nobody listens any more. */
type LiveSink = { write(text: string): Promise<unknown>; readonly gone: AbortSignal };

const POLL_MS = 1_000;
const HEARTBEAT_MS = 15_000;
export const FEED_LIMIT = 1_000;
/** After that many at once there are likely more; the next question does not wait. */
const MANY = 100;

/**
 * Tells what is new as server-sent events, each with the cursor to go on from, beginning with a part that was read
 * already. Every reader asks the store itself, once a second: on Workers one request's results may not be waited for
 * by another, and the number of streams is bounded.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function streamLive(
  deps: LiveDeps,
  { first, filter }: { readonly first: FeedPart; readonly filter: TimelineFilter },
  sink: LiveSink,
): Promise<void> {
  const endMs = deps.clock.nowMs() + deps.liveMs;
  const gone = deps.stop ? AbortSignal.any([sink.gone, deps.stop]) : sink.gone;
  let part = first;
  let told = '';
  let heardAtMs = deps.clock.nowMs();
  await sink.write(`retry: ${POLL_MS}\n\n`);
  while (!gone.aborted) {
    const entries = part.entries.filter((entry) => matchesTimelineFilter(filter, entry));
    if (entries.length > 0) {
      await sink.write(formatEntries({ entries }, part.cursor));
      told = part.cursor;
      heardAtMs = deps.clock.nowMs();
    }
    const waitMs = part.entries.length >= MANY ? 0 : POLL_MS;
    if (deps.clock.nowMs() + waitMs > endMs) break;
    if (deps.clock.nowMs() - heardAtMs >= HEARTBEAT_MS) {
      await sink.write(`:\n${formatPlace(part.cursor, told)}`);
      told = part.cursor;
      heardAtMs = deps.clock.nowMs();
    }
    if (waitMs > 0) await delay(deps.clock, waitMs, gone);
    if (!gone.aborted) part = await deps.timeline.feed(part.cursor, FEED_LIMIT);
  }
  if (!gone.aborted) await sink.write(formatPlace(part.cursor, told));
}

/** Logs what went wrong and ends: the reader comes again from where it was. */
export async function streamOrLog(deps: LiveDeps, stream: Promise<void>): Promise<void> {
  try {
    await stream;
  } catch (error) {
    deps.log.error({ cause: describeError(error) }, 'a live stream broke off');
  }
}

function formatEntries(data: LiveData, cursor: string): string {
  return `event: entries\nid: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** An id without data: readers remember it, and notice nothing. */
function formatPlace(cursor: string, told: string): string {
  return cursor === told ? '\n' : `id: ${cursor}\n\n`;
}
