import { type Clock, systemClock } from '../../settings/ambient/clock.ts';
import { createJsonLog, type Log } from './log.ts';

/**
 * What receiver, handlers and maintenance take from where they run: time, chance, the network, and somewhere to tell what
 * happens.
 *
 * @property random 0 to 1.
 * @property fetch for all that leaves: handlers, checkpoints, the keys of identity providers.
 */
export type Ambient = {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: () => number;
  readonly fetch: typeof fetch;
};

/** The platform's own, with a JSON log on its console; what is given takes its place. */
export function platformAmbient(given: Partial<Ambient> = {}): Ambient {
  return {
    log: createConsoleLog(),
    clock: systemClock,
    random: Math.random,
    // As a plain function: on Workers a detached `fetch` loses its `this` and throws.
    fetch: (input, init) => fetch(input, init),
    ...given,
  };
}

/** JSON lines on the console, which every platform keeps. */
export function createConsoleLog(): Log {
  return createJsonLog((level, line) => console[level](line));
}
