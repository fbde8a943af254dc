import type { Hook } from '../../protocol/event/event-type.ts';
import { STOP_TRIGGERS } from '../../protocol/event/lifecycle-event.ts';
import { checkExitCodes, checkLabelExpressions } from './check-filter-field.ts';
import type { AnyFilter } from './hook-filter.ts';
import { refuseUnknownKeys, unknownName } from './unknown-name.ts';

const KEYS = [
  'cluster',
  'namespace',
  'labels',
  'labelExpressions',
  'container',
  'trigger',
  'exitCodes',
  'reason',
] as const;
/** The longest list of values; a filter is looked at for every event. */
const MOST_VALUES = 1_000;

/**
 * A copy of the filter, checked: what TypeScript would have refused is refused in JavaScript too, and a slip of the
 * pen does not become a filter that admits everything.
 *
 * @param where what errors begin with, for example `handler drain of preStop`.
 * @throws TypeError naming the field, what was given, and what is allowed.
 */
export function checkFilter(where: string, hooks: readonly Hook[], filter: unknown): AnyFilter {
  const at = `${where}: filter`;
  if (!isPlain(filter)) throw new TypeError(`${at} must be an object, {} for every event`);
  refuseUnknownKeys(at, filter, KEYS);
  const { cluster, namespace, container, labels, labelExpressions, trigger, exitCodes, reason } = filter;
  return structuredClone({
    ...(cluster === undefined ? {} : { cluster: names(`${at}.cluster`, cluster) }),
    ...(namespace === undefined ? {} : { namespace: names(`${at}.namespace`, namespace) }),
    ...(container === undefined ? {} : { container: names(`${at}.container`, container) }),
    ...(labels === undefined ? {} : { labels: labelNames(`${at}.labels`, labels) }),
    ...(labelExpressions === undefined
      ? {}
      : { labelExpressions: checkLabelExpressions(`${at}.labelExpressions`, labelExpressions) }),
    ...(trigger === undefined ? {} : { trigger: triggers(`${at}.trigger`, hooks, trigger) }),
    ...(exitCodes === undefined
      ? {}
      : { exitCodes: ends(`${at}.exitCodes`, hooks, checkExitCodes, exitCodes) }),
    ...(reason === undefined ? {} : { reason: ends(`${at}.reason`, hooks, names, reason) }),
  });
}

function names(at: string, value: unknown): string | readonly string[] {
  if (isName(value)) return value;
  if (Array.isArray(value) && value.length <= MOST_VALUES && value.every(isName)) return value;
  throw new TypeError(`${at} must be a text or a list of at most ${MOST_VALUES} texts, none of them empty`);
}

function labelNames(at: string, value: unknown): Record<string, string | readonly string[]> {
  if (!isPlain(value)) throw new TypeError(`${at} must be an object of label names and values`);
  // A label may be there without a value.
  const checked = Object.entries(value).map(([name, wanted]) => [
    name,
    wanted === '' ? wanted : names(`${at}["${name.slice(0, 80)}"]`, wanted),
  ]);
  return Object.fromEntries(checked);
}

/** A field about how a run ended. */
function ends<T>(
  at: string,
  hooks: readonly Hook[],
  check: (at: string, value: unknown) => T,
  value: unknown,
): T {
  const other = hooks.find((hook) => hook !== 'postStop');
  if (other !== undefined) throw new TypeError(`${at} is for postStop alone, ${other} tells of no end`);
  return check(at, value);
}

function triggers(at: string, hooks: readonly Hook[], value: unknown): string | readonly string[] {
  const other = hooks.find((hook) => hook !== 'preStop');
  if (other !== undefined) throw new TypeError(`${at} is for preStop alone, ${other} has none`);
  const given = names(at, value);
  for (const one of typeof given === 'string' ? [given] : given) {
    if (!(STOP_TRIGGERS as readonly string[]).includes(one)) {
      throw new TypeError(unknownName(`${at}: "${one.slice(0, 80)}" is not a trigger`, one, STOP_TRIGGERS));
    }
  }
  return given;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
