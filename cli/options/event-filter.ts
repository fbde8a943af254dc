import { HOOKS, type Hook } from '../../protocol/event-type.ts';
import { oneOf, pointInTime, text } from '../terminal/kind.ts';
import type { ValueOption } from '../terminal/option.ts';

/** Options that say which events, for every command that looks for some. */

export const SINCE = {
  placeholder: 'TIME',
  kind: pointInTime,
  help: 'what happened at or after this time: 2026-01-31T12:00:00Z, or 2h for two hours ago',
} as const satisfies ValueOption<number>;

export const UNTIL = {
  placeholder: 'TIME',
  kind: pointInTime,
  help: 'what happened before this time',
} as const satisfies ValueOption<number>;

export const NAMESPACE = {
  placeholder: 'NAME',
  kind: text,
  help: 'of the Pod',
} as const satisfies ValueOption<string>;

export const POD = {
  placeholder: 'NAME',
  kind: text,
  help: 'of the Pod',
} as const satisfies ValueOption<string>;

export const CONTAINER = {
  placeholder: 'NAME',
  kind: text,
  help: 'of the container',
} as const satisfies ValueOption<string>;

export const HOOK = {
  placeholder: 'HOOK',
  kind: oneOf(HOOKS),
  help: HOOKS.join(', '),
} as const satisfies ValueOption<Hook>;
