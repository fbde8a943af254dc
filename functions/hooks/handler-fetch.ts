import { parseRetryAfter } from '../../protocol/http/retry-after.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import { StatusError } from './attempt-failure.ts';

/** @property throwOnStatus whether an answer outside 2xx is an error. @default true */
type HandlerFetchInit = RequestInit & { readonly throwOnStatus?: boolean };

/** The platform's fetch, except that an answer outside 2xx is an error unless `throwOnStatus` is false. */
export type HandlerFetch = (input: string | URL | Request, init?: HandlerFetchInit) => Promise<Response>;

type HandlerFetchDeps = {
  readonly fetch: typeof fetch;
  /** Of the run. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly clock: Clock;
};

/** @property ended resolves when no call is under way any more, whatever became of them. */
export type HandlerCalls = { readonly fetch: HandlerFetch; ended(): Promise<void> };

/** What a handler calls others with. Its run is not over while a call is under way, awaited or not. */
export function createHandlerCalls(deps: HandlerFetchDeps): HandlerCalls {
  const call = createHandlerFetch(deps);
  const underWay = new Set<Promise<void>>();
  return {
    fetch: (input, init) => {
      const answer = call(input, init);
      const end = answer.then(
        () => void underWay.delete(end),
        () => void underWay.delete(end),
      );
      underWay.add(end);
      // A promise of its own, which nobody but the handler awaits: one that it forgets is found out.
      return answer.then((response) => response);
    },
    ended: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/**
 * A handler that returns has done its work: so it must not return because it did not look at the status of an answer.
 *
 * @returns rejects with StatusError on a status outside 2xx, also that of a redirect that was not to be followed; the
 *   answer's body is given up. Rejects with TypeError on a URL or header that cannot be sent, without naming it: the
 *   platform's own messages quote both.
 */
function createHandlerFetch({ fetch, signal, clock }: HandlerFetchDeps): HandlerFetch {
  return async (input, { throwOnStatus = true, ...init } = {}) => {
    const url = checkUrl(typeof input === 'object' && 'url' in input ? input.url : input);
    checkHeaders(init.headers);
    const response = await fetch(input, { signal, ...init });
    if (!throwOnStatus || response.ok) return response;
    const afterMs = parseRetryAfter(response.headers.get('retry-after'), clock.nowMs());
    await giveUpBody(response);
    // After redirects it is somebody else who has answered.
    throw new StatusError(URL.parse(response.url)?.host || url.host, response.status, afterMs ?? 0);
  };
}

function checkUrl(given: string | URL): URL {
  const url = URL.parse(String(given));
  if (url === null) throw new TypeError('ctx.fetch: the URL is not one, or has no scheme and host');
  if (url.username === '' && url.password === '') return url;
  throw new TypeError(
    'ctx.fetch: the URL must not carry a user name or password: send an authorization header',
  );
}

function checkHeaders(headers: HandlerFetchInit['headers']): void {
  try {
    new Headers(headers);
  } catch {
    throw new TypeError('ctx.fetch: the name or the value of a header is not one HTTP allows');
  }
}

/** A body that nobody reads would keep its connection. One that breaks off meanwhile changes nothing. */
async function giveUpBody({ body }: Response): Promise<void> {
  await body?.cancel().catch(() => {});
}
