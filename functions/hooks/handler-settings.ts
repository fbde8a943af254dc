import { LONGEST_RETRY_AFTER_MS } from '../../protocol/http/retry-after.ts';
import type { HandlerOptions } from './handler.ts';
import { refuseUnknownKeys } from './unknown-name.ts';

export type HandlerSettings = {
  readonly name: string;
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly retryMs: number;
  readonly ordered: boolean;
};

const HOUR_MS = 3_600_000;
/** A Cloudflare queue consumer has 15 minutes of wall time; ten leave room for the rest of the batch. */
const MAX_TIMEOUT_MS = 600_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const KEYS = ['name', 'timeoutMs', 'attempts', 'retryMs', 'ordered'] as const;

/**
 * Options with their defaults, checked.
 *
 * @param functionName the name where none is given; empty for what is not a named function.
 * @throws TypeError naming the handler, the option, what was given, and what is allowed.
 */
export function handlerSettings(functionName: string, options: HandlerOptions): HandlerSettings {
  const name = options.name ?? functionName;
  if (!NAME.test(name)) {
    const got = name === '' ? 'this one is an anonymous function or a target' : `got "${name.slice(0, 80)}"`;
    throw new TypeError(`a handler needs a name of letters, digits, ".", "_" or "-" (${got}): pass { name }`);
  }
  refuseUnknownKeys(`handler ${name}: options`, options, KEYS);
  if (options.ordered !== undefined && typeof options.ordered !== 'boolean') {
    throw new TypeError(`handler ${name}: ordered must be true or false`);
  }
  return {
    name,
    timeoutMs: wholeNumber(name, 'timeoutMs', options.timeoutMs ?? 30_000, [1, MAX_TIMEOUT_MS]),
    attempts: wholeNumber(name, 'attempts', options.attempts ?? 6, [1, 20]),
    retryMs: wholeNumber(name, 'retryMs', options.retryMs ?? 2_000, [0, HOUR_MS]),
    ordered: options.ordered ?? false,
  };
}

/**
 * Wait after the given failed attempt (1, 2, …): `retryMs`, doubled each time, an hour at most; longer where the far
 * side asked for it, a day at most.
 */
export function retryDelayMs(
  settings: Pick<HandlerSettings, 'retryMs'>,
  attempt: number,
  askedForMs = 0,
): number {
  const usualMs = Math.min(settings.retryMs * 2 ** (attempt - 1), HOUR_MS);
  return Math.max(usualMs, Math.min(askedForMs, LONGEST_RETRY_AFTER_MS));
}

function wholeNumber(handler: string, option: string, value: number, [low, high]: [number, number]): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new TypeError(`handler ${handler}: ${option} must be a whole number ${low}-${high}, got ${value}`);
}
