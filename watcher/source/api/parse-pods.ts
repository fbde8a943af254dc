const START = '"managedFields":[';
const END = '}]';
const NEXT = '},"spec":{';

/**
 * The JSON text of a Pod, or of a list of Pods, with `managedFields` emptied: they are a third of the text and more
 * than that of what parsing costs, being made of tiny objects, and Offhook reads nothing of them.
 *
 * Finds them as Go writes them, the last field of `metadata`; any other text is kept as it is. A quote inside a JSON
 * string is always escaped, so neither the key nor `}]},"spec":{` can be part of a string; and the entries hold
 * objects only (structured-merge-diff FieldsV1), so the first `}]` ends the list.
 */
function dropManagedFields(json: string): string {
  let kept = '';
  let from = 0;
  for (let key = json.indexOf(START); key !== -1; key = json.indexOf(START, from)) {
    const start = key + START.length;
    const end = json.indexOf(END, start);
    if (end === -1 || json.startsWith(']', start) || !json.startsWith(NEXT, end + END.length)) break;
    kept += json.slice(from, start);
    from = end + 1;
  }
  return from === 0 ? json : kept + json.slice(from);
}

/**
 * Parses JSON about Pods, without their `managedFields` where that can be.
 *
 * @throws SyntaxError as JSON.parse does.
 */
export function parsePods(json: string): unknown {
  const short = dropManagedFields(json);
  try {
    return JSON.parse(short);
  } catch (error) {
    if (short === json) throw error;
    // Not written by Go, and the end was found in the wrong place.
    return JSON.parse(json);
  }
}
