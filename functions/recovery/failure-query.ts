import { EVENT_ID_PATTERN } from '../../protocol/event/event-id.ts';
import { BadParameter, readSwitch, readWhole } from '../http/page-query.ts';
import type { FailureFilter } from '../timeline/handler-failures.ts';

const TEXTS = ['handler', 'cluster', 'namespace', 'pod'] as const;
const TIMES = ['fromMs', 'toMs'] as const;
const MOST_CHARACTERS = 300;
const MOST_MS = 8_640_000_000_000_000;

/** The parameters of a filter, by the names of {@link FailureFilter}. */
export const FAILURE_PARAMETERS: readonly string[] = ['open', 'eventId', ...TEXTS, ...TIMES];

type Query = (name: string) => string | undefined;

/** Reads a filter from a query; `open` is 0 or 1. @throws BadParameter */
export function readFailureFilter(query: Query): FailureFilter {
  const texts = TEXTS.flatMap((name) => entryOf(name, query(name), readName));
  const times = TIMES.flatMap((name) =>
    entryOf(name, query(name), () => readWhole(query, name, { least: 0, most: MOST_MS, absent: 0 })),
  );
  const eventId = entryOf('eventId', query('eventId'), readEventId);
  return { ...Object.fromEntries([...texts, ...times, ...eventId]), open: readSwitch('open', query('open')) };
}

function entryOf<T>(
  name: string,
  text: string | undefined,
  read: (name: string, text: string) => T,
): readonly (readonly [string, T])[] {
  return text === undefined ? [] : [[name, read(name, text)]];
}

function readName(name: string, text: string): string {
  if (text.length >= 1 && text.length <= MOST_CHARACTERS) return text;
  throw new BadParameter(name, `a name of 1 to ${MOST_CHARACTERS} characters`);
}

function readEventId(name: string, text: string): string {
  if (EVENT_ID_PATTERN.test(text)) return text;
  throw new BadParameter(name, 'the id of an event, evt_…');
}
