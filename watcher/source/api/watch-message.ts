import { counted } from '../../../settings/counted.ts';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import { classifyStatus } from './api-status.ts';
import type { Ending } from './ending.ts';
import { parsePods } from './parse-pods.ts';

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';
const CHANGE_TYPES = new Set(['ADDED', 'MODIFIED', 'DELETED']);

/** One change of one object; `item` is null when the object is of no interest. */
export type ObjectChange<Item> = {
  readonly deleted: boolean;
  readonly item: Item | null;
  readonly resourceVersion: string;
};

export type WatchMessage<Item> =
  | ({ readonly kind: 'change' } & ObjectChange<Item>)
  | { readonly kind: 'bookmark'; readonly resourceVersion: string; readonly initialEventsEnd: boolean }
  | { readonly kind: 'error'; readonly ending: Ending };

/**
 * Reads one line of a watch stream. The object is projected at once and not kept.
 *
 * Anything that is not a watch event with a resourceVersion is an error of kind `malformed`: skipping it could
 * skip a change. Nothing of the line is quoted, since it may hold a secret.
 */
export function readWatchMessage<Item>(
  line: string,
  project: (object: unknown) => Item | null,
): WatchMessage<Item> {
  const event = parse(line);
  if (!isRecord(event))
    return malformed(`a line of ${counted(line.length, 'character')} that is no JSON object`);
  const { type, object } = event;
  if (type === 'ERROR') return { kind: 'error', ending: classifyStatus(null, object) };
  const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
  const resourceVersion = text(metadata.resourceVersion);
  if (resourceVersion === null) return malformed('an event whose object has no resourceVersion');
  if (type === 'BOOKMARK') {
    const annotations = isRecord(metadata.annotations) ? metadata.annotations : {};
    return {
      kind: 'bookmark',
      resourceVersion,
      initialEventsEnd: annotations[INITIAL_EVENTS_END] === 'true',
    };
  }
  if (typeof type !== 'string' || !CHANGE_TYPES.has(type)) return malformed('an event of unknown type');
  if (text(metadata.uid) === null) return malformed('an event whose object has no UID');
  return { kind: 'change', deleted: type === 'DELETED', item: project(object), resourceVersion };
}

function parse(line: string): unknown {
  try {
    return parsePods(line);
  } catch {
    return undefined;
  }
}

function malformed(what: string): { kind: 'error'; ending: Ending } {
  return {
    kind: 'error',
    ending: { kind: 'malformed', message: `the watch stream is broken: it held ${what}` },
  };
}
