import { AsyncLocalStorage } from 'node:async_hooks';
import { systemClock } from '../../settings/ambient/clock.ts';
import { describeError } from '../../settings/ambient/describe-error.ts';
import type { Log } from '../ambient/log.ts';

/** A rejection that nobody awaits, or an exception out of a timer's or an emitter's callback. */
export type StrayKind = 'rejection' | 'exception';

/** @property stray the first that came within the run, as one line; null when none did. */
type WithStray<T> = { readonly result: T; readonly stray: string | null };

export type Strays = {
  /**
   * Runs a handler so that whatever it leaves behind is known to be its own. Ends one turn of the event loop after the
   * work, because a promise that was rejected at its very end is reported only then.
   *
   * @param log of the run: it carries event, handler and attempt.
   */
  during<T>(log: Log, work: () => Promise<T>): Promise<WithStray<T>>;
  /**
   * To be called by the platform for each stray, where its asynchronous context is still that of its origin. Says false
   * for one that no handler has left behind; it is not logged then.
   */
  caught(kind: StrayKind, error: unknown): boolean;
};

type Scope = { readonly log: Log; first: string | null; ended: boolean };

const WHAT: Readonly<Record<StrayKind, string>> = {
  rejection: 'a promise that the handler did not await was rejected',
  exception: 'a callback of the handler threw',
};

/**
 * Tells the strays of handlers apart: by `AsyncLocalStorage`, which follows a run through all that it begins. A forgotten
 * `await` is the fault of one handler, and must not be the end of the process or of the others.
 *
 * @param count called for each stray of a handler.
 */
export function createStrays(count: () => void = () => {}): Strays {
  const scopes = new AsyncLocalStorage<Scope>();
  return {
    during: async (log, work) => {
      const scope: Scope = { log, first: null, ended: false };
      const result = await scopes.run(scope, work);
      await nextTurn();
      scope.ended = true;
      return { result, stray: scope.first };
    },
    caught: (kind, error) => {
      const scope = scopes.getStore();
      if (scope === undefined) return false;
      count();
      const what = `${WHAT[kind]}: ${describeError(error)}`;
      if (!scope.ended) scope.first ??= what;
      scope.log.error({ cause: describeError(error), within: !scope.ended }, `stray ${kind}`);
      return true;
    },
  };
}

function nextTurn(): Promise<void> {
  // Node's comes sooner than a timer; workerd has only the timer.
  const soon = (resolve: () => void) =>
    typeof setImmediate === 'function' ? setImmediate(resolve) : systemClock.after(0, resolve);
  return new Promise((resolve) => void soon(resolve));
}
