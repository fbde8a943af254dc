import type { Party } from './party.ts';

/** The slots of all parties. */
interface SlotPool {
  hasRoomFor(party: Party): boolean;
  taken(party: Party): void;
  given(party: Party): void;
  /** Somebody came or went. */
  divideAnew(): void;
}

/** Keeps a part for each party, and count of what is used beyond it. */
export function createSlotPool(inFlight: number, parties: ReadonlyMap<string, Party>): SlotPool {
  const pooled = Math.floor(inFlight / 2);
  const kept = inFlight - pooled;
  const keptForTenants = Math.floor(kept / 2);
  /** Of the pool; stale while it is to be divided. */
  let used = 0;
  let isDivided = true;

  /** Put off until somebody asks: a thousand may come at once. */
  function divide(): void {
    if (isDivided) return;
    isDivided = true;
    let tenants = 0;
    for (const { isTenant } of parties.values()) tenants += isTenant ? 1 : 0;
    const others = parties.size - tenants;
    const partOfTenant = partOf(others === 0 ? kept : keptForTenants, tenants);
    const partOfOther = partOf(tenants === 0 ? kept : kept - keptForTenants, others);
    used = 0;
    for (const party of parties.values()) {
      party.part = party.isTenant ? partOfTenant : partOfOther;
      used += Math.max(0, party.inFlight - party.part);
    }
  }

  return {
    hasRoomFor(party) {
      divide();
      return party.inFlight < party.part || used < pooled;
    },
    taken(party) {
      divide();
      if (party.inFlight >= party.part) used += 1;
      party.inFlight += 1;
    },
    given(party) {
      divide();
      if (party.inFlight > party.part) used -= 1;
      party.inFlight -= 1;
    },
    divideAnew() {
      isDivided = false;
    },
  };
}

function partOf(slots: number, among: number): number {
  return Math.max(1, Math.floor(slots / Math.max(1, among)));
}
