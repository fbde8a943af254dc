import { resourceOf } from '../source/sink/stream-name.ts';
import { type DeliveryClaim, eventFingerprint, type Positions, type QueueClaim } from './delivery-claim.ts';
import type { PendingDelivery, StandbyJournal, Stream } from './handover-store.ts';

/** Fingerprints in one claim, so that the Lease stays small: shared by the subscriptions. */
const MOST_EXCEPTIONS = 4096;
/** Fingerprints of one subscription, at most and at least. */
const MOST_OF_ONE = 256;
const LEAST_OF_ONE = 8;

type Reading = Pick<StandbyJournal, 'followedSince' | 'resumePoint' | 'oldestPending'>;

/**
 * What this journal can claim now. Call it between two commits, which is anywhere in a synchronous step.
 *
 * @param before the claim made last: what it says of a queue too long to look through is still true.
 */
export function buildClaim(
  journal: Reading,
  {
    streams,
    subscriptions,
  }: { readonly streams: readonly Stream[]; readonly subscriptions: readonly string[] },
  before: DeliveryClaim | null,
): DeliveryClaim {
  const most = Math.max(
    LEAST_OF_ONE,
    Math.min(MOST_OF_ONE, Math.floor(MOST_EXCEPTIONS / subscriptions.length)),
  );
  const at = (position: (stream: Stream) => string | null): Positions =>
    new Map(
      streams.flatMap((stream) => {
        const resourceVersion = position(stream);
        return resourceVersion === null ? [] : [[stream, resourceVersion] as const];
      }),
    );
  const upTo = at((stream) => journal.resumePoint(stream)?.resourceVersion ?? null);
  const claims = subscriptions.flatMap((name): (readonly [string, QueueClaim])[] => {
    const pending = journal.oldestPending(name, most + 1);
    const claim = pending === null ? keep(before, name) : queueClaim(pending, most);
    return claim === null ? [] : [[name, claim]];
  });
  return { since: at((stream) => journal.followedSince(stream)), upTo, queues: new Map(claims) };
}

function keep(before: DeliveryClaim | null, name: string): QueueClaim | null {
  const queue = before?.queues.get(name);
  return before && queue ? { upTo: queue.upTo ?? before.upTo, except: queue.except } : null;
}

/**
 * Names the unsettled events; where there are more than `most`, only the oldest, and claims nothing from the first
 * unnamed one on. Of the stream of Events nothing is claimed then: how the two streams meet differs between watchers,
 * so that the same event can come from one here and from the other there. Nothing, either, of other namespaces: how far
 * their watches had come when that event was stored is not known.
 */
function queueClaim(pending: readonly PendingDelivery[], most: number): QueueClaim | null {
  if (pending.length <= most) return { except: named(pending) };
  const cut = pending.findLastIndex(
    ({ origin }, index) => index <= most && origin !== null && resourceOf(origin.stream) === 'pods',
  );
  const origin = pending[cut]?.origin;
  if (!origin) return null;
  return { upTo: new Map([[origin.stream, origin.after]]), except: named(pending.slice(0, cut)) };
}

function named(pending: readonly PendingDelivery[]): ReadonlySet<string> {
  return new Set(pending.map(({ eventId }) => eventFingerprint(eventId)));
}
