import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { shortPodBody } from './short-pod-body.ts';

const START = '"managedFields":[';
const END = '}]';
const NEXT = '},"spec":{';

/** How a watch event about a Pod and a list of Pods begin: of other kinds everything but `managedFields` is read. */
const OF_PODS =
  /^\{(?:"type":"[A-Z]+","object":\{"kind":"Pod"|"kind":"PodList"),"apiVersion":"v1","metadata":\{/;

/**
 * The JSON text of a Pod, or of a list of Pods, with `managedFields` emptied, and of Pods without what else nobody reads:
 * that is two thirds of the text and more than that of what parsing costs, being made of tiny objects.
 *
 * Finds them as Go writes them, the last field of `metadata`; any other text is kept as it is. A quote inside a JSON
 * string is always escaped, so neither the key nor `}]},"spec":{` can be part of a string; and the entries hold
 * objects only (structured-merge-diff FieldsV1), so the first `}]` ends the list.
 */
function shortened(json: string, ofPods: boolean): string {
  let kept = '';
  let from = 0;
  for (let key = json.indexOf(START); key !== -1; key = json.indexOf(START, from)) {
    const start = key + START.length;
    const end = json.indexOf(END, start);
    if (end === -1 || json.startsWith(']', start) || !json.startsWith(NEXT, end + END.length)) break;
    kept += json.slice(from, start);
    from = end + 1;
    const body = ofPods ? shortPodBody(json, from + 1 + NEXT.length) : null;
    if (body === null) continue;
    kept += `]${NEXT}${body.text}`;
    from = body.end;
  }
  return from === 0 ? json : kept + json.slice(from);
}

/**
 * Parses JSON of the API server, without `managedFields` where that can be. Of Pods that Go wrote it also leaves out what
 * Offhook does not read (see {@link shortPodBody}), so only a projection may follow.
 *
 * @throws SyntaxError as JSON.parse does.
 */
export function parsePods(json: string): unknown {
  return parsePod(json, isOfPods(json));
}

/** Whether a text, or the head of a list, tells of Pods. */
export function isOfPods(json: string): boolean {
  return OF_PODS.test(json);
}

/** The same for one item of a list, which does not say itself what it is. */
export function parsePod(json: string, ofPods: boolean): unknown {
  return parseShortened(shortened(json, ofPods), json);
}

/** The same, and others get their turn between cutting and parsing: for a page of a list, each takes some 10 ms. */
export async function parsePodsInTurns(json: string): Promise<unknown> {
  const short = shortened(json, isOfPods(json));
  await turnOfTheLoop();
  return parseShortened(short, json);
}

function parseShortened(short: string, json: string): unknown {
  try {
    return JSON.parse(short);
  } catch (error) {
    if (short === json) throw error;
    // Not written by Go, and an end was found in the wrong place: inside a string, which leaves an odd number of quotes.
    return JSON.parse(json);
  }
}
