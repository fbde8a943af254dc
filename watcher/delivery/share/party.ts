import { createRateLimit, type RateLimit } from './rate-limit.ts';

/** One that slots are given to: a tenant, or one subscription of the operator's own. */
export type Party = {
  readonly isTenant: boolean;
  /** Deliveries at the same time. */
  readonly most: number;
  readonly rate: RateLimit;
  /** Slots that are kept for it. */
  part: number;
  inFlight: number;
  /** Its subscriptions: the party is there for as long as it has some. */
  members: number;
  /** In the order in which they began to wait. */
  readonly waiting: Set<Member>;
  /** Ends the timer by which somebody looks again when its rate lets something out; null: there is none. */
  cancelTimer: (() => void) | null;
};

/** One subscription of a party. */
export type Member = {
  readonly party: Party;
  readonly onRoom: () => void;
  inFlight: number;
  isThrottled: boolean;
};

export function createParty(
  share: { readonly concurrency: number; readonly perMinute: number } | null,
): Party {
  return {
    isTenant: share !== null,
    most: share?.concurrency ?? Number.POSITIVE_INFINITY,
    rate: createRateLimit(share?.perMinute ?? null),
    part: 1,
    inFlight: 0,
    members: 0,
    waiting: new Set(),
    cancelTimer: null,
  };
}

/** The one with the fewest in flight, the first among equals; undefined where there is none. */
export function fewestInFlight<T extends { readonly inFlight: number }>(
  all: Iterable<T>,
  isOfInterest: (each: T) => boolean,
): T | undefined {
  let found: T | undefined;
  for (const each of all) {
    if ((found === undefined || each.inFlight < found.inFlight) && isOfInterest(each)) found = each;
  }
  return found;
}
