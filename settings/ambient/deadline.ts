import type { Clock } from './clock.ts';

/**
 * When work has to end.
 *
 * @property overdue what is thrown then: says what has not ended.
 * @property signal ends it sooner, with the signal's own reason.
 */
type Deadline = {
  readonly ms: number;
  readonly overdue: () => Error;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Does work that has to end within a time. Work that does not heed its signal cannot be stopped: what it still does
 * comes to nothing.
 *
 * @param work its signal aborts when the time is over, with what is thrown.
 * @returns what `work` returns.
 * @throws what `deadline` or its signal says; whatever `work` throws.
 */
export async function withDeadline<T>(
  clock: Clock,
  { ms, overdue, signal }: Deadline,
  work: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const cut = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    // First, so that what the work makes of its signal comes too late.
    cut.reject(reason);
    controller.abort(reason);
  };
  const cancel = clock.after(ms, () => end(overdue()));
  const stop = () => end(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(controller.signal), cut.promise]);
  } finally {
    cancel();
    signal?.removeEventListener('abort', stop);
  }
}

/** Waits until a promise settles, `ms` at the longest. Rejects only if the promise does meanwhile. */
export async function waitAtMost(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(ms, resolve);
  try {
    await Promise.race([promise, over]);
  } finally {
    cancel();
  }
}
