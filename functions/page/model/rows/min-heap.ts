/** Numbers with what they stand for; the smallest comes out first. */
export function createMinHeap() {
  const keys: number[] = [];
  const values: number[] = [];
  const keyAt = (index: number) => keys[index] ?? Number.POSITIVE_INFINITY;

  function move(from: number, to: number): void {
    keys[to] = keys[from] ?? 0;
    values[to] = values[from] ?? 0;
  }

  return {
    /** +Infinity when there is none. */
    least: () => keyAt(0),
    push(key: number, value: number): void {
      let at = keys.length;
      while (at > 0) {
        const parent = (at - 1) >>> 1;
        if (keyAt(parent) <= key) break;
        move(parent, at);
        at = parent;
      }
      keys[at] = key;
      values[at] = value;
    },
    pop(): number | undefined {
      const taken = values[0];
      const [key, value] = [keys.pop(), values.pop()];
      if (key === undefined || value === undefined || keys.length === 0) return taken;
      let at = 0;
      for (;;) {
        const child = 2 * at + 1 + Number(keyAt(2 * at + 2) < keyAt(2 * at + 1));
        if (keyAt(child) >= key) break;
        move(child, at);
        at = child;
      }
      keys[at] = key;
      values[at] = value;
      return taken;
    },
  };
}
