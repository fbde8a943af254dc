import { errorCodeOf } from '../ambient/describe-error.ts';

/**
 * A proxy is why there was no answer. It has no `code` of undici's, by which a pool would wait and try again by itself.
 *
 * @property reason a few words: `407`, `connect ECONNREFUSED`, `timeout`.
 */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly reason: string;

  /** @param origin of the proxy, without credentials. */
  constructor(origin: string, reason: string, explanation: string, cause?: unknown) {
    super(`the proxy ${origin} ${explanation}`, { cause });
    this.reason = reason;
  }
}

/** The proxy answered, and does not let the request through. */
export function refusedBy(origin: string, status: number): ProxyError {
  const why =
    status === 407
      ? 'wants other credentials (407): put user and password into its URL'
      : `does not connect to the target (HTTP ${status})`;
  return new ProxyError(origin, String(status), why);
}

/** The proxy could not be asked, or gave no answer that means anything. */
export function notReached(origin: string, error: unknown): ProxyError {
  const code = errorCodeOf(error) ?? 'failed';
  const isTimeout = /TIMEOUT|ETIMEDOUT/.test(code);
  const reason = isTimeout ? 'timeout' : CODE.test(code) ? code : 'failed';
  return new ProxyError(origin, reason, `cannot be used: ${reason}`, error);
}

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
