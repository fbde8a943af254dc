/** How much there may be of something, in all and for one address. */
export type Share = { readonly inAll: number; readonly perAddress: number };

type Room<H> = {
  /**
   * Takes so much (more) for a holder; a new one counts as waiting. Says who has to go for the bound to hold again: they
   * hold nothing any more. The holder itself can be among them; nobody is where nobody waits.
   */
  hold(holder: H, address: string, amount: number): readonly H[];
  /** Whether the server waits for that holder now. Only those can be made to go, the one that waits longest first. */
  setWaiting(holder: H, waiting: boolean): void;
  release(holder: H): void;
  /** Whether more is held than the share: within the slack. */
  isOverfull(): boolean;
  /** Says who has to go for the share to hold again, of those that have been waiting since `byMs` or before. */
  tidy(byMs: number): readonly H[];
};

/** @property waiting since when, in milliseconds of `performance.now()`; who waits longest comes first. */
type Part<H> = { amount: number; readonly waiting: Map<H, number> };

/**
 * Divides something limited among addresses. What is used up is not refused to who comes next: a stranger could then use
 * it up and keep it. Instead whoever has kept the server waiting longest gives way: of the address that has reached its
 * share, or where all of it is used up, of the address that has most. An honest sender is done in milliseconds, so it is
 * never the one, if it is given these milliseconds.
 *
 * @param slack so much may be held above the share until `tidy` is called.
 */
export function createRoom<H>(share: Share, slack = 0): Room<H> {
  const holders = new Map<H, { readonly address: string; amount: number }>();
  const parts = new Map<string, Part<H>>();
  let inAll = 0;

  const partOf = (address: string): Part<H> => {
    const known = parts.get(address) ?? { amount: 0, waiting: new Map<H, number>() };
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

  const heaviest = (): Part<H> | undefined =>
    [...parts.values()]
      .filter(({ waiting }) => waiting.size > 0)
      .reduce<Part<H> | undefined>(
        (most, part) => (part.amount > (most?.amount ?? 0) ? part : most),
        undefined,
      );

  /** Has them go one by one, for as long as `who` names somebody. */
  const sendAway = (who: () => H | undefined): readonly H[] => {
    const gone: H[] = [];
    for (let next = who(); next !== undefined; next = who()) {
      release(next);
      gone.push(next);
    }
    return gone;
  };

  return {
    hold: (holder, address, amount) => {
      const part = partOf(address);
      const held = holders.get(holder);
      if (held === undefined) {
        holders.set(holder, { address, amount });
        part.waiting.set(holder, performance.now());
      } else held.amount += amount;
      part.amount += amount;
      inAll += amount;
      return sendAway(() => {
        const own = parts.get(address);
        if (own !== undefined && own.amount > share.perAddress + slack) return longest(own);
        return inAll > share.inAll + slack ? longest(heaviest()) : undefined;
      });
    },
    setWaiting: (holder, waiting) => {
      const held = holders.get(holder);
      if (held === undefined) return;
      const { waiting: all } = partOf(held.address);
      if (!waiting) all.delete(holder);
      else if (!all.has(holder)) all.set(holder, performance.now());
    },
    release,
    isOverfull: () =>
      inAll > share.inAll || [...parts.values()].some(({ amount }) => amount > share.perAddress),
    tidy: (byMs) => {
      const gone = [...parts.values()].flatMap((part) =>
        sendAway(() => (part.amount > share.perAddress ? longest(part, byMs) : undefined)),
      );
      return [...gone, ...sendAway(() => (inAll > share.inAll ? longest(heaviest(), byMs) : undefined))];
    },
  };
}

function longest<H>(part: Part<H> | undefined, byMs = Number.POSITIVE_INFINITY): H | undefined {
  const [first] = part?.waiting ?? [];
  return first !== undefined && first[1] <= byMs ? first[0] : undefined;
}
