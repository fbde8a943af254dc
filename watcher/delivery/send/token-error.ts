/**
 * An authorization server gave no token, which is why an attempt was not made.
 *
 * @property reason a few words without the secret or anything else of the answer: `invalid_client`, `http 503`, `dns ENOTFOUND`.
 * @property afterMs how long the server wants to be left alone; undefined where it does not say.
 */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly reason: string;
  readonly afterMs: number | undefined;

  constructor(reason: string, afterMs?: number) {
    super(`no access token: ${reason}`);
    this.reason = reason;
    this.afterMs = afterMs;
  }
}
