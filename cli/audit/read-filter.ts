import type { AuditFilter } from '../../functions/audit/audit-reader.ts';
import { END_OUTCOMES } from '../../functions/timeline/event-facts.ts';
import { RUN_OUTCOMES } from '../../functions/timeline/run-log.ts';
import { EVENT_ID_PATTERN } from '../../protocol/event-id.ts';
import { HOOKS } from '../../protocol/event-type.ts';
import { type CommandInput, stringOption, UsageError } from '../terminal/command.ts';
import { pointInTime } from '../terminal/point-in-time.ts';

export const FILTER_OPTIONS = {
  since: { type: 'string' },
  until: { type: 'string' },
  cluster: { type: 'string' },
  namespace: { type: 'string' },
  pod: { type: 'string' },
  container: { type: 'string' },
  hook: { type: 'string' },
  'exit-code': { type: 'string' },
  outcome: { type: 'string' },
  handler: { type: 'string' },
  'handler-outcome': { type: 'string' },
  event: { type: 'string' },
} as const;

export const FILTER_HELP = `  --since TIME         at or after this time: 2026-01-31T12:00:00Z, or 2h for two hours ago
  --until TIME         before this time
  --cluster NAME       the cluster's name
  --namespace NAME     of the Pod
  --pod NAME           of the Pod
  --container NAME     of the container
  --hook HOOK          ${HOOKS.slice(0, 4).join(', ')},
                       ${HOOKS.slice(4).join(', ')}
  --exit-code N        of the container, on postStop
  --outcome WORD       how the container ended: ${END_OUTCOMES.join(', ')}
  --handler NAME       runs of this handler
  --handler-outcome W  runs that ended so: ${RUN_OUTCOMES.join(', ')}
  --event ID           this event and the runs for it`;

/** @throws UsageError naming the option. */
export function readFilter(input: CommandInput, nowMs: number): AuditFilter {
  const text = (name: string) => nonEmpty(name, stringOption(input, name));
  const time = (name: string) => {
    const given = text(name);
    return given === undefined ? undefined : pointInTime(`--${name}`, given, nowMs);
  };
  const all = {
    fromMs: time('since'),
    toMs: time('until'),
    cluster: text('cluster'),
    namespace: text('namespace'),
    pod: text('pod'),
    container: text('container'),
    hook: oneOf('hook', text('hook'), HOOKS),
    exitCode: exitCode(text('exit-code')),
    outcome: oneOf('outcome', text('outcome'), END_OUTCOMES),
    handler: text('handler'),
    handlerOutcome: oneOf('handler-outcome', text('handler-outcome'), RUN_OUTCOMES),
    eventId: eventId(text('event')),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function nonEmpty(name: string, given: string | undefined): string | undefined {
  if (given === '') throw new UsageError(`--${name} must not be empty`);
  return given;
}

function oneOf(name: string, given: string | undefined, words: readonly string[]): string | undefined {
  if (given === undefined || words.includes(given)) return given;
  throw new UsageError(`--${name} must be one of ${words.join(', ')}; not "${given}"`);
}

function exitCode(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (/^-?\d{1,10}$/.test(given)) return Number(given);
  throw new UsageError(`--exit-code must be a whole number such as 137, not "${given}"`);
}

function eventId(given: string | undefined): string | undefined {
  if (given === undefined || EVENT_ID_PATTERN.test(given)) return given;
  throw new UsageError(`--event must be an id evt_…, not "${given}"`);
}
