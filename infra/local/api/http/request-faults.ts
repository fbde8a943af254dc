import { type Act, type ActPattern, isAbout } from './access-rules.ts';
import type { ApiAnswer } from './api-answer.ts';
import { ApiStatusError, modifiedSince } from './status-error.ts';

/**
 * What becomes of requests instead of an answer.
 *
 * @property times so many requests are met by it; all of them when it is left out.
 * @property answer a code to refuse with, `hang` to never answer, `reset` to reset the connection.
 * @property retryAfterSeconds what a 429 or 503 says of when to come back; 1 by default.
 */
export type RequestFault = ActPattern & {
  readonly times?: number;
  readonly answer: 409 | 429 | 500 | 503 | 'hang' | 'reset';
  readonly retryAfterSeconds?: number;
};

export type RequestFaults = ReturnType<typeof createRequestFaults>;

/** The faults that tests have set; the first that isAbout a request meets it. */
export function createRequestFaults() {
  let faults: { readonly fault: RequestFault; left: number }[] = [];
  const hanging = new Set<() => void>();

  function hang(): ApiAnswer {
    return {
      kind: 'stream',
      open(response) {
        const release = () => response.destroy();
        hanging.add(release);
        response.once('close', () => hanging.delete(release));
      },
    };
  }

  function release(): void {
    for (const each of [...hanging]) each();
  }

  return {
    /** Replaces the faults; requests that hang are cut off. */
    set(next: readonly RequestFault[]): void {
      faults = next.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
      release();
    },
    /** Number of requests that hang now. */
    hanging: () => hanging.size,
    release,
    /**
     * What a request is met by.
     *
     * @returns undefined when nothing is wrong with it.
     * @throws ApiStatusError for a fault that is a refusal.
     */
    meet(act: Act): ApiAnswer | undefined {
      const found = faults.find(({ fault, left }) => left > 0 && isAbout(fault, act));
      if (found === undefined) return undefined;
      found.left -= 1;
      const { answer, retryAfterSeconds = 1 } = found.fault;
      if (answer === 'hang') return hang();
      if (answer === 'reset')
        return { kind: 'stream', open: (response) => response.socket?.resetAndDestroy() };
      throw refusal(answer, act, retryAfterSeconds);
    },
  };
}

function refusal(code: 409 | 429 | 500 | 503, act: Act, retryAfterSeconds: number): ApiStatusError {
  const later = { details: { retryAfterSeconds }, headers: { 'retry-after': String(retryAfterSeconds) } };
  switch (code) {
    case 409:
      return modifiedSince(
        { plural: act.resource.split('/')[0] ?? '', group: act.group ?? '' },
        act.name ?? '',
      );
    case 429:
      return new ApiStatusError({
        code,
        reason: 'TooManyRequests',
        message: 'The server has received too many requests and has asked us to try again later.',
        ...later,
      });
    case 503:
      return new ApiStatusError({
        code,
        reason: 'ServiceUnavailable',
        message: 'the server is currently unable to handle the request',
        ...later,
      });
    case 500:
      return new ApiStatusError({
        code,
        reason: 'InternalError',
        message: 'Internal error occurred: a fault of this local cluster, set by a test',
        details: { causes: [{ message: 'a fault of this local cluster, set by a test' }] },
      });
  }
}
