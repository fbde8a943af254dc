/** Lets so many do something at the same time; the others wait, in their order. */
export function createTurnstile(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside >= most) await new Promise<void>((enter) => waiting.push(enter));
    else inside += 1;
    try {
      return await work();
    } finally {
      // Whoever comes next takes this place, so the count stays.
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    }
  };
}
