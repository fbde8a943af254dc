import { afterEnding, type NextStep } from './after-ending.ts';
import { type Backoff, createBackoff } from './backoff.ts';
import type { ListReason } from './batch.ts';
import { permissionHint } from './collection-path.ts';
import { delay } from './delay.ts';
import type { Ending } from './ending.ts';
import type { Feed } from './feed.ts';
import { createListing } from './list-collection.ts';
import type { Attempt, ReflectorDeps } from './reflector-deps.ts';
import { createWatching } from './watch-collection.ts';

/**
 * Keeps a {@link Feed} in step with a collection of the API server, for ever.
 *
 * States: *listing* (with a reason) and *watching*. It begins listing when the sink has no resume point, otherwise
 * watching from it. A complete list leads to watching; `expired` and `tooNew` lead back to listing; every other
 * ending repeats what was tried. Waits lie in between as `after-ending.ts` says.
 *
 * The resume point is the sink's at all times, so a batch that was not kept is read again.
 */
export async function runReflector<Item>(deps: ReflectorDeps<Item>, signal: AbortSignal): Promise<void> {
  const { client, feed, health, random } = deps;
  const { clock } = client;
  const backoff = createBackoff({ clock, random, firstMs: 800 });
  const sinkBackoff = createBackoff({ clock, random, firstMs: 1_000 });
  const watching = createWatching(deps);
  const listing = createListing(deps, watching);
  let pending: ListReason | null = feed.resumePoint() === null ? 'start' : null;

  while (!signal.aborted) {
    health.enter(pending === null ? 'watching' : 'listing');
    const attempt = pending === null ? await watching.run(signal) : await listing.run(pending, signal);
    if (attempt.listed) pending = null;
    const ending = explain(attempt, feed);
    if (ending === null) continue;
    if (ending.kind === 'forbidden' && deps.whenForbidden === 'disable') {
      health.ended(ending, 0);
      return health.enter('disabled');
    }
    const step = afterEnding(ending);
    if (step.next === 'stop') break;
    pending = nextList(pending, step);
    const waitMs = waitFor(step, { backoff, sinkBackoff });
    health.ended(ending, waitMs);
    if (waitMs > 0) {
      health.enter('waiting');
      await delay(clock, waitMs, signal);
    }
  }
  health.enter('stopped');
}

function explain<Item>({ ending, verb }: Attempt, { collection }: Feed<Item>): Ending | null {
  if (ending?.kind !== 'forbidden') return ending;
  return { ...ending, message: `${permissionHint(collection, verb)}. ${ending.message}` };
}

/** A list already owed keeps its reason, unless the epoch turns out to have changed as well. */
function nextList(pending: ListReason | null, { next }: NextStep): ListReason | null {
  if (next === 'epochChanged') return 'epochChanged';
  return pending ?? (next === 'expired' ? 'expired' : null);
}

function waitFor({ wait, atLeastMs }: NextStep, waits: { backoff: Backoff; sinkBackoff: Backoff }): number {
  if (wait === 'none') return 0;
  const ms = wait === 'backoff' ? waits.backoff.next() : waits.sinkBackoff.next();
  return Math.max(ms, atLeastMs);
}
