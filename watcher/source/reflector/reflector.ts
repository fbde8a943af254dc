import { delay } from '../../../settings/ambient/delay.ts';
import { afterEnding, type NextStep } from '../api/after-ending.ts';
import { createApiBackoff } from '../api/api-backoff.ts';
import { absenceHint, permissionHint } from '../api/collection-path.ts';
import type { Ending, EndingKind } from '../api/ending.ts';
import type { ListReason } from '../sink/source-batch.ts';
import type { Feed } from './feed.ts';
import { createListing } from './list-collection.ts';
import type { ReadAttempt, ReflectorDeps } from './reflector-deps.ts';
import { createResumption, REWOUND_LISTS } from './resumption.ts';
import { createWatching } from './watch-collection.ts';

/** After these the same server is asked again for the same; after all others it has to say where it stands. */
const UNDOUBTED: ReadonlySet<EndingKind> = new Set(['expired', 'unsupported', 'throttled', 'sink']);
/** A resume point that expires this soon after a list, or again, is not forgotten in the normal course of things. */
const EARLY_EXPIRY_MS = 30_000;

interface Reflector {
  /** Follows until `signal` aborts. Rejects only when another cluster answers, or on a programming error. */
  run(signal: AbortSignal): Promise<void>;
  /** Lists beside the watch show objects as they were before: whatever is under way is broken off for a new list. */
  rewound(message: string): void;
}

/**
 * Keeps a {@link Feed} in step with a collection of the API server, for ever.
 *
 * States: *listing* (with a reason), *resuming* and *watching*. It begins listing when the sink has no resume point,
 * otherwise resuming. A complete list leads to watching; `expired` and `wentBack` lead back to listing; every other
 * ending repeats what was tried, by way of *resuming*: the server is asked where it stands. Waits lie in between as
 * `after-ending.ts` says.
 *
 * The resume point is the sink's at all times, so a batch that was not kept is read again.
 */
export function createReflector<Item>(deps: ReflectorDeps<Item>): Reflector {
  const { client, feed, health, random } = deps;
  const { clock } = client;
  const backoff = createApiBackoff({ clock, random, firstMs: 800 });
  const sinkBackoff = createApiBackoff({ clock, random, firstMs: 1_000 });
  const doubtBackoff = createApiBackoff({ clock, random, firstMs: 800 });
  const watching = createWatching(deps);
  const resumption = createResumption(deps);
  let endTurn = () => {};
  const listing = createListing(deps, watching, () => {
    endTurn();
    listedAtMs = clock.monotonicMs();
    resumption.listed();
  });
  let pending: ListReason | null = null;
  let doubted = false;
  /** When a list was last completed, or found to be needed. */
  let listedAtMs = Number.NEGATIVE_INFINITY;
  let interrupt = new AbortController();
  let interruption: Ending | null = null;

  async function attempt(signal: AbortSignal): Promise<ReadAttempt> {
    if (doubted) {
      health.enter('resuming');
      const ending = await resumption.check(pending, signal);
      if (ending !== null) return { listed: false, verb: 'list', ending };
      doubted = false;
    }
    health.enter(pending === null ? 'watching' : 'listing');
    return pending === null ? await watching.run(signal) : await list(pending, signal);
  }

  async function list(why: ListReason, signal: AbortSignal): Promise<ReadAttempt> {
    endTurn = await deps.turns.take(signal);
    try {
      return await listing.run(why, signal);
    } finally {
      endTurn();
    }
  }

  /** One attempt, which an interruption breaks off. */
  async function interruptible(signal: AbortSignal): Promise<ReadAttempt> {
    interrupt = new AbortController();
    const result =
      interruption === null
        ? await attempt(AbortSignal.any([signal, interrupt.signal]))
        : { listed: false, verb: 'watch' as const, ending: null };
    const because = interruption;
    interruption = null;
    return because === null || signal.aborted ? result : { ...result, ending: because };
  }

  function waitFor({ next, wait, atLeastMs }: NextStep): number {
    const isInCourse = clock.monotonicMs() - listedAtMs > EARLY_EXPIRY_MS;
    if (next === 'expired') listedAtMs = clock.monotonicMs();
    if (wait === 'none' || (next === 'expired' && feed.expires && isInCourse)) return 0;
    return Math.max({ backoff, sinkBackoff, doubtBackoff }[wait].next(), atLeastMs);
  }

  /** Takes in how an attempt went; false when there is nothing more to do. */
  async function conclude(attempted: ReadAttempt, signal: AbortSignal): Promise<boolean> {
    if (attempted.listed) pending = null;
    const ending = explain(attempted, feed);
    if (ending === null) return true;
    if (ending.kind === 'forbidden' && deps.whenForbidden === 'disable') {
      health.ended(ending, 0);
      health.enter('disabled');
      return false;
    }
    const step = afterEnding(ending);
    if (step.next === 'stop') return true;
    pending = nextList(pending, step);
    resumption.note(ending);
    doubted = !UNDOUBTED.has(ending.kind);
    const waitMs = waitFor(step);
    health.ended(ending, waitMs);
    if (waitMs > 0) {
      health.enter('waiting');
      await delay(clock, waitMs, signal);
    }
    return true;
  }

  return {
    async run(signal) {
      pending = feed.resumePoint() === null ? 'start' : null;
      doubted = pending === null;
      while (!signal.aborted) {
        if (!(await conclude(await interruptible(signal), signal))) return;
      }
      health.enter('stopped');
    },
    rewound(message) {
      interruption = { kind: 'rewound', message };
      resumption.note(interruption, REWOUND_LISTS);
      interrupt.abort();
    },
  };
}

function explain<Item>({ ending, verb }: ReadAttempt, { collection }: Feed<Item>): Ending | null {
  if (ending?.kind === 'absent' && collection.api !== undefined)
    return { kind: 'absent', message: absenceHint(collection) };
  if (ending?.kind !== 'forbidden') return ending;
  return { ...ending, message: `${permissionHint(collection, verb)}. ${ending.message}` };
}

/** A list already owed keeps its reason, unless the epoch turns out to have changed as well. */
function nextList(pending: ListReason | null, { next }: NextStep): ListReason | null {
  if (next === 'epochChanged') return 'epochChanged';
  return pending ?? (next === 'expired' ? 'expired' : null);
}
