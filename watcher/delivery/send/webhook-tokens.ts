import { getCACertificates } from 'node:tls';
import { withDeadline } from '../../../settings/ambient/deadline.ts';
import { DestinationDenied } from '../../../settings/outbound/guard/denial.ts';
import { AttemptDeadline } from '../event-sender.ts';
import type { WebhookTarget } from '../subscription-target.ts';
import { describeFailure } from './describe-failure.ts';
import { TokenError } from './token-error.ts';
import { type AccessToken, requestToken } from './token-request.ts';
import { createTokenSource, type TokenSource } from './token-source.ts';
import { type ExitDependencies, openWebhookExit, type WebhookExit } from './webhook-exit.ts';

type WebhookTokens = TokenSource & { close(): Promise<void> };

/**
 * The access tokens of a subscription with OAuth2. They are fetched the same way as its events go: by its proxies, and
 * through its guard; never by its Service.
 *
 * @param userAgent of the requests.
 * @returns null: it needs none.
 */
export function createWebhookTokens(
  target: WebhookTarget,
  userAgent: string,
  dependencies: ExitDependencies,
): WebhookTokens | null {
  const { oauth2, guard, timeoutMs } = target;
  const { clock } = dependencies;
  if (oauth2 === undefined) return null;
  const url = new URL(oauth2.tokenUrl);
  // What is left of an attempt is for the event.
  const ms = Math.floor(timeoutMs / 2);
  let exit: WebhookExit | null = null;

  function opened(): WebhookExit {
    exit ??= openWebhookExit(url, exitToTokens(target), dependencies);
    return exit;
  }

  const fetchToken = async (): Promise<AccessToken> => {
    try {
      const denial = guard?.judge(url);
      if (denial) throw new DestinationDenied(denial);
      const { dispatcher } = opened();
      return await withDeadline(clock, { ms, overdue: () => new AttemptDeadline(ms) }, (signal) =>
        requestToken(oauth2, dispatcher, {
          signal,
          userAgent,
          nowMs: clock.nowMs,
        }),
      );
    } catch (error) {
      throw error instanceof TokenError ? error : new TokenError(describeFailure(error));
    }
  };

  return { ...createTokenSource(clock, fetchToken), close: async () => exit?.close() };
}

/**
 * The receiver's authority is trusted beside the system's, because nobody says whose of them the token's server has. Our
 * certificate is for the receiver alone.
 */
function exitToTokens({ timeoutMs, proxyFor, guard, tls }: WebhookTarget) {
  const ca = tls?.ca && [...getCACertificates('default'), tls.ca].flat();
  return {
    concurrency: 1,
    timeoutMs,
    ...(proxyFor && { proxyFor }),
    ...(guard && { guard }),
    ...(ca && { tls: { ca } }),
  };
}
