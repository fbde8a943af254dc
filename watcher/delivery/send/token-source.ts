import type { Clock } from '../../../settings/ambient/clock.ts';
import type { AccessToken } from './token-request.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A token is not used any more so long before its end, or a tenth of its time where that is less. */
const MARGIN_MS = 60_000;
/** Where the server does not say, and at most. */
const USUAL_MS = 10 * 60_000;
const LONGEST_MS = 24 * 3600_000;
/** A receiver that refuses a token as young as this refuses others, too. */
const YOUNG_MS = 60_000;

/** The access token of one subscription. */
export interface TokenSource {
  /** The one that is there, or a new one. @throws whatever fetching it does; the signal's reason when that aborts. */
  get(signal: AbortSignal): Promise<string>;
  /** Another one in place of one that a receiver refused; null: there is no use in asking for it. */
  replace(refused: string, signal: AbortSignal): Promise<string | null>;
}

/**
 * Keeps a token until shortly before its end. Whoever needs one while it is being fetched waits for the same.
 *
 * @param fetch has a deadline of its own: whoever waits for it may give up sooner.
 */
export function createTokenSource(
  clock: Pick<Clock, 'monotonicMs'>,
  fetch: () => Promise<AccessToken>,
): TokenSource {
  let current: { readonly token: string; readonly sinceMs: number; readonly untilMs: number } | null = null;
  let fetching: Promise<string> | null = null;

  async function renew(): Promise<string> {
    try {
      const { token, lastsMs } = await fetch();
      const sinceMs = clock.monotonicMs();
      const usableMs = Math.min(lastsMs ?? USUAL_MS, LONGEST_MS);
      current = { token, sinceMs, untilMs: sinceMs + usableMs - Math.min(MARGIN_MS, usableMs / 10) };
      return token;
    } finally {
      fetching = null;
    }
  }

  function get(signal: AbortSignal): Promise<string> {
    if (current !== null && clock.monotonicMs() < current.untilMs) return Promise.resolve(current.token);
    current = null;
    fetching ??= renew();
    return unlessAborted(fetching, signal);
  }

  return {
    get,
    async replace(refused, signal) {
      if (current?.token === refused) {
        if (clock.monotonicMs() - current.sinceMs < YOUNG_MS) return null;
        current = null;
      }
      const token = await get(signal);
      return token === refused ? null : token;
    },
  };
}
