/**
 * Writes ids together that are given until the first one's write begins.
 *
 * @param write calls `take` when it begins, which may be at once.
 * @returns a function that resolves once its id is written, and rejects when the write of its group does.
 */
export function createGatheredIds(
  write: (take: () => readonly number[]) => Promise<void>,
): (id: number) => Promise<void> {
  let open: { readonly ids: number[]; readonly written: Promise<void> } | null = null;
  return (id) => {
    if (open !== null) {
      open.ids.push(id);
      return open.written;
    }
    const ids = [id];
    let begun = false;
    const close = () => {
      begun = true;
      if (open?.ids === ids) open = null;
    };
    const take = () => {
      close();
      return ids;
    };
    // Also when it fails before it has begun.
    const written = write(take).finally(close);
    if (!begun) open = { ids, written };
    return written;
  };
}
