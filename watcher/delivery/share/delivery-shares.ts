import type { Clock } from '../../../settings/ambient/clock.ts';
import { createParty, fewestInFlight, type Member, type Party } from './party.ts';
import { createSlotPool } from './slot-pool.ts';

/** What all subscriptions of one tenant may use together. */
type TenantShare = {
  /** Deliveries at the same time. */
  readonly concurrency: number;
  /** Attempts in any minute. */
  readonly perMinute: number;
};

export type ShareLimits = {
  /** Deliveries at the same time, of everybody. */
  readonly inFlight: number;
  readonly tenant: TenantShare;
};

export const DEFAULT_SHARES: ShareLimits = { inFlight: 512, tenant: { concurrency: 32, perMinute: 6_000 } };

/** The slots of one subscription's queue. */
interface DeliverySlots {
  /** Whether one more may begin now. If not, `onRoom` is called when it may; ask again then. */
  admits(): boolean;
  /** One that was admitted begins. */
  begin(): void;
  /** One that began has ended. */
  end(): void;
  /** Whether what was asked for last waits for its tenant's rate. */
  isThrottled(): boolean;
  /** Asks no more; what began may end. */
  leave(): void;
}

export interface DeliveryShares {
  /**
   * @param tenant whose subscription it is; undefined: the operator's own.
   * @param onRoom takes what {@link DeliverySlots.admits} admits, and may find that there is nothing to take.
   */
  join(subscription: { readonly name: string; readonly tenant?: string }, onRoom: () => void): DeliverySlots;
}

/**
 * Divides deliveries in flight among parties: each tenant is one, with all of its subscriptions, and each subscription of the
 * operator's own is one. What a slot is given to cannot be taken back, and a receiver that never answers holds it for its
 * whole deadline. So a quarter of all slots is kept for the operator's subscriptions and a quarter for tenants, in equal parts of
 * at least one each; the other half goes to whoever wants more. Where only one kind is there, it has both quarters.
 *
 * - Whoever is within its part begins at once, whatever the others do.
 * - No slot stays free that somebody who waits may use.
 * - A slot that becomes free goes to the party with the fewest in flight, within it to the subscription with the fewest, and
 *   among equals to who waits longest: so all get the same who want as much (max-min fairness).
 *
 * Somebody who comes has a part at once, while others still have what they began without it: until that ends there can be
 * half as many again in flight.
 */
export function createDeliveryShares(clock: Clock, limits: ShareLimits = DEFAULT_SHARES): DeliveryShares {
  const parties = new Map<string, Party>();
  /** In the order in which they began to wait. */
  const waiting = new Set<Party>();
  const pool = createSlotPool(limits.inFlight, parties);
  /** Whose turn it is: nobody else takes anything meanwhile. */
  let granted: Member | null = null;
  let isServing = false;

  function enter(key: string, isTenant: boolean): Party {
    const party = parties.get(key) ?? createParty(isTenant ? limits.tenant : null);
    parties.set(key, party);
    party.members += 1;
    pool.divideAnew();
    return party;
  }

  function exit(key: string, party: Party): void {
    party.members -= 1;
    if (party.members > 0) return;
    party.cancelTimer?.();
    waiting.delete(party);
    forgetEmpty(key, party);
    serve();
  }

  /** What it has in flight still takes room. */
  function forgetEmpty(key: string, { members, inFlight }: Party): void {
    if (members > 0 || inFlight > 0) return;
    parties.delete(key);
    pool.divideAnew();
  }

  /** Whether others of the same party wait already: when there is room for one of them, they are called. */
  function isNext(member: Member): boolean {
    const { waiting: before } = member.party;
    return before.size === 0 || (before.size === 1 && before.has(member));
  }

  function mayBegin(party: Party): boolean {
    return party.inFlight < party.most && pool.hasRoomFor(party) && !isThrottled(party);
  }

  function isThrottled(party: Party): boolean {
    const waitMs = party.rate.waitMs(clock.monotonicMs());
    if (waitMs <= 0) return false;
    party.cancelTimer ??= clock.after(Math.ceil(waitMs), () => {
      party.cancelTimer = null;
      serve();
    });
    return true;
  }

  /** Gives what is free to those who wait, one at a time. */
  function serve(): void {
    if (isServing) return;
    isServing = true;
    try {
      for (let next = chosen(); next !== undefined; next = chosen()) {
        granted = next;
        stopWaiting(next);
        next.onRoom();
      }
    } finally {
      granted = null;
      isServing = false;
    }
  }

  function chosen(): Member | undefined {
    if (waiting.size === 0) return undefined;
    const party = fewestInFlight(waiting, mayBegin);
    return party && fewestInFlight(party.waiting, () => true);
  }

  function startWaiting(member: Member): void {
    member.party.waiting.add(member);
    waiting.add(member.party);
  }

  function stopWaiting(member: Member): void {
    const { party } = member;
    if (!party.waiting.delete(member)) return;
    waiting.delete(party);
    // Its others come after those who wait already.
    if (party.waiting.size > 0) waiting.add(party);
  }

  return {
    join({ name, tenant }, onRoom) {
      const key = tenant === undefined ? `subscription ${name}` : `tenant ${tenant}`;
      const party = enter(key, tenant !== undefined);
      const member: Member = { party, onRoom, inFlight: 0, isThrottled: false };
      let isThere = true;
      return {
        admits() {
          const admitted = isServing ? granted === member : isNext(member) && mayBegin(party);
          member.isThrottled = !admitted && isThrottled(party);
          if (!admitted) startWaiting(member);
          return admitted;
        },
        begin() {
          granted = null;
          stopWaiting(member);
          member.inFlight += 1;
          party.rate.spend(clock.monotonicMs());
          pool.taken(party);
        },
        end() {
          member.inFlight -= 1;
          pool.given(party);
          forgetEmpty(key, party);
          serve();
        },
        isThrottled: () => member.isThrottled,
        leave() {
          if (!isThere) return;
          isThere = false;
          stopWaiting(member);
          exit(key, party);
        },
      };
    },
  };
}
