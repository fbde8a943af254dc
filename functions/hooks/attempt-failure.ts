/**
 * Throw this where trying again cannot help: the run is the handler's last one for this event, which then goes to the
 * dead letters.
 */
export class GiveUp extends Error {
  override readonly name = 'GiveUp';
}

/**
 * Throw this where the far side has said when to come back. The next run waits at least that long, a day at most; it
 * counts as an attempt like any other.
 *
 * @property afterMs milliseconds from now; what is no such number counts as 0.
 */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly afterMs: number;

  constructor(message: string, afterMs: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

/**
 * What `ctx.fetch` rejects with on a status outside 2xx. It says who answered, never path, query or body.
 *
 * @property host with its port, where it is not the scheme's own.
 * @property afterMs what `Retry-After` asked for, in milliseconds; 0 if it did not. The next run waits at least that long.
 */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly host: string;
  readonly status: number;
  readonly afterMs: number;

  constructor(host: string, status: number, afterMs = 0) {
    super(`${host} answered ${status}`);
    this.host = host;
    this.status = status;
    this.afterMs = afterMs;
  }
}

const WITH_WAIT: ReadonlySet<string> = new Set(['RetryLater', 'StatusError']);

// By name: handlers that an operator wrote may have loaded these classes from another copy, or made such errors alone.

/** Whether trying again cannot help. */
export function isFinal(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'GiveUp';
}

/** How long the far side asked to be left alone, in milliseconds; 0 if it did not. */
export function askedForMs(thrown: unknown): number {
  if (!(thrown instanceof Error) || !WITH_WAIT.has(thrown.name) || !('afterMs' in thrown)) return 0;
  return typeof thrown.afterMs === 'number' && thrown.afterMs > 0 ? thrown.afterMs : 0;
}
