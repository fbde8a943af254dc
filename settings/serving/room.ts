/** How much there may be of something, in all and for one address. */
export type Share = { readonly inAll: number; readonly perAddress: number };

type Room<H> = {
  /**
   * Takes so much (more) for a holder; a new one counts as waiting. Says who has to go for the share to hold again: they
   * hold nothing any more. The holder itself can be among them; nobody is where nobody waits.
   */
  hold(holder: H, address: string, amount: number): readonly H[];
  /** Whether the server waits for that holder now. Only those can be made to go, the one that waits longest first. */
  setWaiting(holder: H, waiting: boolean): void;
  release(holder: H): void;
};

type Part<H> = { amount: number; readonly waiting: Set<H> };

/**
 * Divides something limited among addresses. What is used up is not refused to who comes next: a stranger could then use
 * it up and keep it. Instead whoever has kept the server waiting longest gives way: of the address that has reached its
 * share, or where all of it is used up, of the address that has most. An honest sender is done in milliseconds, so it is
 * never the one.
 */
export function createRoom<H>(share: Share): Room<H> {
  const holders = new Map<H, { readonly address: string; amount: number }>();
  const parts = new Map<string, Part<H>>();
  let inAll = 0;

  const partOf = (address: string): Part<H> => {
    const known = parts.get(address) ?? { amount: 0, waiting: new Set<H>() };
    parts.set(address, known);
    return known;
  };

  const release = (holder: H) => {
    const held = holders.get(holder);
    if (held === undefined) return;
    holders.delete(holder);
    inAll -= held.amount;
    const part = partOf(held.address);
    part.amount -= held.amount;
    part.waiting.delete(holder);
    if (part.amount === 0) parts.delete(held.address);
  };

  const whoMustGo = (address: string): H | undefined => {
    const own = parts.get(address);
    if (own !== undefined && own.amount > share.perAddress) return first(own.waiting);
    if (inAll <= share.inAll) return undefined;
    const heaviest = [...parts.values()]
      .filter(({ waiting }) => waiting.size > 0)
      .reduce<Part<H> | undefined>(
        (most, part) => (part.amount > (most?.amount ?? 0) ? part : most),
        undefined,
      );
    return heaviest && first(heaviest.waiting);
  };

  return {
    hold: (holder, address, amount) => {
      const part = partOf(address);
      const held = holders.get(holder);
      if (held === undefined) {
        holders.set(holder, { address, amount });
        part.waiting.add(holder);
      } else held.amount += amount;
      part.amount += amount;
      inAll += amount;
      const gone: H[] = [];
      for (let who = whoMustGo(address); who !== undefined; who = whoMustGo(address)) {
        release(who);
        gone.push(who);
      }
      return gone;
    },
    setWaiting: (holder, waiting) => {
      const held = holders.get(holder);
      if (held === undefined) return;
      const set = partOf(held.address).waiting;
      if (waiting) set.add(holder);
      else set.delete(holder);
    },
    release,
  };
}

function first<H>(set: ReadonlySet<H>): H | undefined {
  const [one] = set;
  return one;
}
