import type { SampleData } from '../../protocol/sample/sample-data.ts';
import { nearest } from '../../settings/nearest.ts';
import { UsageError } from '../command/usage-error.ts';
import type { SampleChange } from './change-value.ts';

/** Labels have names with dots, and names of their own. */
const LABELS = 'pod.labels.';

/**
 * What `--set` says, as data to lay over a sample. A text becomes what stands there in the sample: a number, a text, true
 * or false; `null` is nothing.
 *
 * @throws UsageError for a path that the sample does not have.
 */
export function readChanges(sample: SampleData, changes: readonly SampleChange[]): SampleData {
  const known = new Map(leavesOf(sample));
  const labels = { ...(known.get(LABELS.slice(0, -1)) as SampleData | undefined) };
  return changes.reduce<SampleData>((data, { path, text }) => {
    if (path.startsWith(LABELS) && path.length > LABELS.length && known.has('pod.labels')) {
      labels[path.slice(LABELS.length)] = text;
      return withValue(data, ['pod', 'labels'], { ...labels });
    }
    if (!known.has(path) || path === 'hook' || path === 'pod.labels')
      throw unknownPath(path, [...known.keys()]);
    return withValue(data, path.split('.'), valueLike(known.get(path), text));
  }, {});
}

/** Every value by its path; labels are one. */
function leavesOf(data: SampleData, before = ''): [string, unknown][] {
  return Object.entries(data).flatMap(([key, value]): [string, unknown][] => {
    const path = `${before}${key}`;
    return isMap(value) && path !== 'pod.labels' ? leavesOf(value, `${path}.`) : [[path, value]];
  });
}

function unknownPath(path: string, known: readonly string[]): UsageError {
  const settable = known.filter((each) => each !== 'hook' && each !== 'pod.labels');
  const near = nearest(path, settable);
  const what =
    near === undefined ? `; there are ${settable.join(', ')} and pod.labels.NAME` : `; did you mean ${near}?`;
  return new UsageError(`--set ${path}: this event has no such field${what}`);
}

/** What is nothing in the sample can be a number, or else is a text; the schema says whether it may. */
function valueLike(sample: unknown, text: string): unknown {
  if (text === 'null') return null;
  if (typeof sample === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (typeof sample === 'string') return text;
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function withValue(parent: SampleData, [key = '', ...rest]: readonly string[], value: unknown): SampleData {
  const below = parent[key];
  return { ...parent, [key]: rest.length === 0 ? value : withValue(isMap(below) ? below : {}, rest, value) };
}

function isMap(value: unknown): value is SampleData {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
