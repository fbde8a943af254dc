import { describeError } from '../../settings/ambient/describe-error.ts';
import type { Log } from '../ambient/log.ts';
import type { Strays } from '../consumer/strays.ts';

/** Node ends the process for either of them, unless somebody listens. */
const EVENTS = { unhandledRejection: 'rejection', uncaughtException: 'exception' } as const;

/** `process`, as far as it is an emitter of these two: its own declaration has an overload for each. */
type Listener = (error: unknown, more: unknown) => void;
type StrayEmitter = {
  listeners(event: string): readonly Listener[];
  removeAllListeners(event: string): void;
  on(event: string, listener: Listener): void;
};

/**
 * What a process's strays go through, on Node and on Lambda: those of handlers to `strays`; any other to whoever listened
 * before (on Lambda the runtime, which then ends its environment), and to the log where nobody did.
 *
 * @returns gives the listeners back.
 */
export function catchProcessStrays(strays: Pick<Strays, 'caught'>, log: Pick<Log, 'error'>): () => void {
  const emitter = process as unknown as StrayEmitter;
  const undo = Object.entries(EVENTS).map(([event, kind]) => {
    const earlier = emitter.listeners(event);
    const listener: Listener = (error, more) => {
      if (strays.caught(kind, error)) return;
      if (earlier.length === 0) {
        log.error({ cause: describeError(error) }, `stray ${kind} of no handler's run`);
      }
      for (const one of earlier) Reflect.apply(one, process, [error, more]);
    };
    replace(event, [listener]);
    return () => {
      // Somebody who came later keeps ours; it passes on what it is not asked for.
      if (emitter.listeners(event).at(-1) === listener) replace(event, earlier);
    };
  });
  return () => {
    for (const giveBack of undo) giveBack();
  };

  function replace(event: string, listeners: readonly Listener[]): void {
    emitter.removeAllListeners(event);
    for (const one of listeners) emitter.on(event, one);
  }
}
