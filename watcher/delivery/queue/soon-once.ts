/**
 * Does `work` once what is settled already has gone on, however often it is asked meanwhile: attempts that end together
 * are followed up together, and taking ten costs little more than taking one.
 */
export function soonOnce(work: () => void): () => void {
  let isToCome = false;
  return () => {
    if (isToCome) return;
    isToCome = true;
    queueMicrotask(() => {
      isToCome = false;
      work();
    });
  };
}
