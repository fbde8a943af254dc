import type { HandlerRun, RunOutcome } from '../../../timeline/run-log.ts';
import { plainOrder } from '../text/text-order.ts';

/** How the handlers of an event stand, the worst of them: `none` has run yet, all `ok`, one is `retrying` or `givenUp`. */
export type HandlerStanding = 'none' | 'ok' | 'retrying' | 'givenUp';

const STANDING: Readonly<Record<RunOutcome, HandlerStanding>> = {
  completed: 'ok',
  failed: 'retrying',
  givenUp: 'givenUp',
};
const SEVERITY: Readonly<Record<HandlerStanding, number>> = { none: 0, ok: 1, retrying: 2, givenUp: 3 };

/** What counts of a handler is its last attempt. */
export function handlerStanding(runs: readonly HandlerRun[]): HandlerStanding {
  return worstStanding(latestAttempts(runs).map(({ outcome }) => STANDING[outcome]));
}

/** The last attempt of each handler, by the handlers' names. */
export function latestAttempts(runs: readonly HandlerRun[]): readonly HandlerRun[] {
  const latest = new Map<string, HandlerRun>();
  for (const run of runs) {
    if (run.attempt >= (latest.get(run.handler)?.attempt ?? 0)) latest.set(run.handler, run);
  }
  return [...latest.values()].sort((a, b) => plainOrder(a.handler, b.handler));
}

export function worstStanding(standings: readonly HandlerStanding[]): HandlerStanding {
  return standings.reduce((worst, next) => (SEVERITY[next] > SEVERITY[worst] ? next : worst), 'none');
}
