import { Dispatcher1Wrapper } from 'undici';
import type { ConnectionSettings } from '../connection-settings.ts';
import type { ProxyFor } from '../http-proxy.ts';
import type { OutboundFetch } from '../outbound-fetch.ts';
import type { EgressGuard } from './create-guard.ts';
import { DestinationDenied } from './denial.ts';
import { GuardedDispatcher } from './guarded-dispatcher.ts';

type GuardedFetchSettings = {
  readonly proxyFor: ProxyFor;
  readonly tls?: Pick<NonNullable<ConnectionSettings['tls']>, 'ca'>;
  readonly targetTls?: ConnectionSettings['targetTls'];
};

const CONNECT_TIMEOUT_MS = 10_000;
/** A body of 64 KiB, with its head and the chunks that it comes in. */
const MOST_BYTES_AN_ANSWER = 131_072;

/**
 * The platform's fetch to where the guard lets it go. It follows no redirect: the caller gets the answer that is one. An answer
 * of more than 128 KiB breaks off. The deadline is the caller's: give a signal.
 *
 * Its `fetch` rejects with DestinationDenied itself, not as the cause of a TypeError.
 */
export function createGuardedFetch(
  guard: EgressGuard,
  { proxyFor, tls, targetTls }: GuardedFetchSettings,
): OutboundFetch {
  const guarded = new GuardedDispatcher(guard, proxyFor, {
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    answerLimitBytes: MOST_BYTES_AN_ANSWER,
    ...(tls && { tls }),
    ...(targetTls && { targetTls }),
  });
  // Node's fetch comes with an undici of its own, which may be an older one.
  const dispatcher: unknown = new Dispatcher1Wrapper(guarded);
  return {
    async fetch(input, init) {
      const url = new URL(typeof input === 'object' && 'url' in input ? input.url : input);
      const denial = guard.judge(url);
      if (denial !== null) throw new DestinationDenied(denial);
      const redirect = init?.redirect === 'error' ? 'error' : 'manual';
      try {
        return await fetch(input, { ...init, redirect, dispatcher } as RequestInit);
      } catch (error) {
        throw error instanceof Error && error.cause instanceof DestinationDenied ? error.cause : error;
      }
    },
    close: () => guarded.disconnect(),
  };
}
