import type { FailureFilter } from '../../functions/timeline/handler-failures.ts';
import { onlyGiven } from '../command/only-given.ts';
import type { Options, OptionValues } from '../command/option.ts';
import { textValue } from '../command/value-kinds.ts';
import { NAMESPACE, POD, SINCE, UNTIL } from '../options/event-filter.ts';
import { eventIdValue } from '../options/event-name.ts';

/** Options that say which handlers that gave up; all that are given must match. */
export const FAILURE_FILTER = {
  handler: { placeholder: 'NAME', kind: textValue, help: 'this handler' },
  since: { ...SINCE, help: 'gave up at or after this time: 2026-01-31T12:00:00Z, or 2h for two hours ago' },
  until: { ...UNTIL, help: 'gave up before this time' },
  cluster: { placeholder: 'NAME', kind: textValue, help: "the cluster's name" },
  namespace: NAMESPACE,
  pod: POD,
  event: { placeholder: 'ID', kind: eventIdValue, help: 'for this event' },
} as const satisfies Options;

/** What these options ask for. */
export function failureFilterOf({
  since,
  until,
  event,
  handler,
  cluster,
  namespace,
  pod,
}: OptionValues<typeof FAILURE_FILTER>): FailureFilter {
  return onlyGiven({ handler, cluster, namespace, pod, eventId: event, fromMs: since, toMs: until });
}
