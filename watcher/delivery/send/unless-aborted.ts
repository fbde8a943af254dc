/**
 * undici keeps a request that it has no connection for yet, aborted or not, until it has one or gives up connecting. So this is
 * what `work` comes to, unless the signal aborts first: then its reason is thrown, and what `work` still does comes to nothing.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
