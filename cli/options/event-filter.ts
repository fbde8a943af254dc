import { HOOKS, type Hook } from '../../protocol/event/event-type.ts';
import type { ValueOption } from '../command/option.ts';
import { pointInTimeValue, textValue, wordValue } from '../command/value-kinds.ts';

/** Options that say which events, for every command that looks for some. */

export const SINCE = {
  placeholder: 'TIME',
  kind: pointInTimeValue,
  help: 'what happened at or after this time: 2026-01-31T12:00:00Z, or 2h for two hours ago',
} as const satisfies ValueOption<number>;

export const UNTIL = {
  placeholder: 'TIME',
  kind: pointInTimeValue,
  help: 'what happened before this time',
} as const satisfies ValueOption<number>;

export const NAMESPACE = {
  placeholder: 'NAME',
  kind: textValue,
  help: 'of the Pod',
} as const satisfies ValueOption<string>;

export const POD = {
  placeholder: 'NAME',
  kind: textValue,
  help: 'of the Pod',
} as const satisfies ValueOption<string>;

export const CONTAINER = {
  placeholder: 'NAME',
  kind: textValue,
  help: 'of the container',
} as const satisfies ValueOption<string>;

export const HOOK = {
  placeholder: 'HOOK',
  kind: wordValue(HOOKS),
  help: HOOKS.join(', '),
} as const satisfies ValueOption<Hook>;
