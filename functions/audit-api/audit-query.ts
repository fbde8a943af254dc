import { HOOKS } from '../../protocol/event/event-type.ts';
import type { AuditFilter } from '../audit/audit-reader.ts';
import { impossibleFilter } from '../audit/impossible-filter.ts';
import { BadParameter } from '../http/page-query.ts';
import { END_OUTCOMES } from '../timeline/event-facts.ts';
import { RUN_OUTCOMES } from '../timeline/run-log.ts';

const TEXTS = ['cluster', 'namespace', 'pod', 'podUid', 'container', 'handler', 'eventId'] as const;
const WORDS = { hook: HOOKS, outcome: END_OUTCOMES, handlerOutcome: RUN_OUTCOMES } as const;
const NUMBERS = {
  fromMs: { least: 0, most: 8_640_000_000_000_000 },
  toMs: { least: 0, most: 8_640_000_000_000_000 },
  exitCode: { least: -2_147_483_648, most: 2_147_483_647 },
} as const;
const MOST_CHARACTERS = 253;

/** The parameters of a filter, by the names of {@link AuditFilter}. */
export const FILTER_PARAMETERS: readonly string[] = [
  ...TEXTS,
  ...Object.keys(WORDS),
  ...Object.keys(NUMBERS),
];

/** Reads a filter from a query. @throws BadParameter */
export function readAuditFilter(query: URLSearchParams): AuditFilter {
  const filter: Record<string, string | number> = {};
  for (const name of FILTER_PARAMETERS) {
    const text = query.get(name);
    if (text !== null) filter[name] = readValue(name, text);
  }
  return filter;
}

/**
 * Refuses a filter that no record can match: an empty answer would look like "nothing happened".
 *
 * @throws BadParameter
 */
export function refuseImpossible(filter: AuditFilter, withRuns: boolean): void {
  const ofRuns = filter.handler === undefined ? 'handlerOutcome' : 'handler';
  if (withRuns && filter[ofRuns] !== undefined)
    throw new BadParameter(ofRuns, 'left out beside withRuns: every run of an event comes with it');
  const pair = impossibleFilter(filter);
  if (pair !== null) throw new BadParameter(pair.field, `left out beside ${pair.beside}: ${WHY[pair.kind]}`);
}

const WHY: Readonly<Record<NonNullable<ReturnType<typeof impossibleFilter>>['kind'], string>> = {
  runsNameNoContainer: 'runs of handlers name no container; ask for events, with withRuns=1',
  onPostStopOnly: 'only postStop says how a container ended',
  endsBeforeItBegins: 'that time is not before it',
};

function readValue(name: string, text: string): string | number {
  if (name in NUMBERS) return readNumber(name as keyof typeof NUMBERS, text);
  if (name in WORDS) {
    const words: readonly string[] = WORDS[name as keyof typeof WORDS];
    if (!words.includes(text)) throw new BadParameter(name, `one of ${words.join(', ')}`);
  }
  if (text.length >= 1 && text.length <= MOST_CHARACTERS) return text;
  throw new BadParameter(name, `a name of 1 to ${MOST_CHARACTERS} characters`);
}

function readNumber(name: keyof typeof NUMBERS, text: string): number {
  const { least, most } = NUMBERS[name];
  const value = Number(text);
  if (/^-?\d{1,16}$/.test(text) && value >= least && value <= most) return value;
  throw new BadParameter(name, `a whole number from ${least} to ${most}`);
}
