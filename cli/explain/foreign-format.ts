const YAML = /^(---\s|%YAML|(- )?(apiVersion|kind|items|metadata|object|type|spec|status):(\s|$))/;
const TABLE = /^(NAME|NAMESPACE|EVENT|LAST SEEN)( {2,}|\t)/;

const JSON_COMMAND = 'kubectl get pods -w -o json --output-watch-events | offhook explain -';

/**
 * What to do about input that is no JSON at all: one sentence; null where it can be JSON.
 *
 * @param head its beginning, a line at least.
 */
export function foreignFormat(head: string): string | null {
  const text = head.replace(/^\uFEFF/, '').trimStart();
  if (YAML.test(text)) return `this is YAML; it reads JSON: ${JSON_COMMAND}`;
  if (TABLE.test(text)) return `this is a table for people; it reads JSON: ${JSON_COMMAND}`;
  return null;
}
