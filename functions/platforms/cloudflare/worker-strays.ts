import type { StrayKind, Strays } from '../../consumer/strays.ts';

/** An event of the global scope of a Worker; the official declaration contradicts the types of Node. */
type StrayEvent = { readonly reason?: unknown; readonly error?: unknown; preventDefault(): void };
type Callback = (...given: readonly unknown[]) => unknown;
type Schedule = (callback: Callback, ...more: readonly unknown[]) => unknown;
type WorkerScope = Record<(typeof TIMERS)[number], Schedule> & {
  addEventListener(type: string, listener: (event: StrayEvent) => void): void;
};

const TIMERS = ['setTimeout', 'setInterval'] as const;

/**
 * Rejections that nobody awaits and exceptions out of callbacks, for as long as the isolate lives. workerd survives
 * both; without this it would tell them only to the log, and the run would count as completed. What no handler has left
 * behind stays the runtime's to tell.
 *
 * workerd tells nobody about exceptions out of timers, so that these are wrapped.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/web-standards/
 */
export function catchWorkerStrays(strays: Pick<Strays, 'caught'>): void {
  const scope = globalThis as unknown as WorkerScope;
  const listen = (type: string, kind: StrayKind, errorOf: (event: StrayEvent) => unknown) =>
    scope.addEventListener(type, (event) => {
      if (strays.caught(kind, errorOf(event))) event.preventDefault();
    });
  listen('unhandledrejection', 'rejection', ({ reason }) => reason);
  listen('error', 'exception', ({ error }) => error);
  for (const timer of TIMERS) {
    const schedule = scope[timer];
    scope[timer] = (callback, ...more) => Reflect.apply(schedule, scope, [guarded(callback), ...more]);
  }

  function guarded(callback: Callback): Callback {
    // What is no function is the platform's to refuse.
    if (typeof callback !== 'function') return callback;
    return (...given) => {
      try {
        return callback(...given);
      } catch (error) {
        if (!strays.caught('exception', error)) throw error;
        return undefined;
      }
    };
  }
}
