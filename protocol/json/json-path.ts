/** Where in a JSON document: object keys and array indexes from the root. */
export type JsonPath = readonly (string | number)[];

const MAX_KEY_LENGTH = 80;
const MAX_PATH_LENGTH = 240;
const UNPRINTABLE = /[^ -~…]/g;
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Writes a path as `data.pod.labels["app.kubernetes.io/name"]` or `items[3].id`; the root is `(root)`. Keys come
 * from the sender: they are quoted and escaped where they are not plain names, and cut, so that the text is
 * safe in a log line and at most 240 characters.
 */
export function formatJsonPath(path: JsonPath): string {
  if (path.length === 0) return '(root)';
  const text = path.map(formatStep).join('').replace(/^\./, '');
  return text.length <= MAX_PATH_LENGTH ? text : `${text.slice(0, MAX_PATH_LENGTH - 1)}…`;
}

function formatStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  const key = step.length <= MAX_KEY_LENGTH ? step : `${step.slice(0, MAX_KEY_LENGTH - 1)}…`;
  return PLAIN_KEY.test(key) ? `.${key}` : `[${JSON.stringify(key).replace(UNPRINTABLE, escapeUnit)}]`;
}

/** What `JSON.stringify` leaves as it is, but a terminal may obey: C1 controls, changes of writing direction. */
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
