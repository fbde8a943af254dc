import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { shortPodBody } from './short-pod-body.ts';

const KEY = '"managedFields":[';
/** Its end, which begins with a letter that is rare in a Pod: searched for in a third of the time. */
const KEY_END = 'Fields":[';
const KEY_BEGINNING = '"managed';
const NEXT = '},"spec":{';
const BRACE = 0x7d;

/** How a watch event about a Pod begins, and a list of Pods: of other kinds everything but `managedFields` is read. */
const OF_POD = /^\{"type":"[A-Z]+","object":\{"kind":"Pod","apiVersion":"v1","metadata":\{/;
const OF_PODS = /^\{"kind":"PodList","apiVersion":"v1","metadata":\{/;

/**
 * The JSON text of a Pod, or of a list of Pods, with `managedFields` emptied, and of one Pod without what else nobody reads:
 * that is four fifths of the text and more than that of what parsing costs, being made of tiny objects.
 *
 * Finds them as Go writes them, the last field of `metadata`; any other text is kept as it is. A quote inside a JSON
 * string is always escaped, so neither the key nor `}]},"spec":{` can be part of a string; and the entries hold
 * objects only (structured-merge-diff FieldsV1), so the first `}]` ends the list.
 */
function shortened(json: string, ofPod: boolean): string {
  let kept = '';
  let from = 0;
  for (let key = keyIn(json, from); key !== -1; key = keyIn(json, from)) {
    const start = key + KEY.length;
    const end = endOf(json, start);
    if (end === -1 || json.startsWith(']', start) || !json.startsWith(NEXT, end + 1)) break;
    kept += json.slice(from, start);
    from = end;
    const body = ofPod ? shortPodBody(json, end + 1 + NEXT.length) : null;
    if (body === null) continue;
    kept += `]${NEXT}${body.text}`;
    from = body.end;
  }
  return from === 0 ? json : kept + json.slice(from);
}

/** Where `"managedFields":[` is next; -1: nowhere. */
function keyIn(json: string, from: number): number {
  let end = json.indexOf(KEY_END, from);
  while (end !== -1 && !json.startsWith(KEY_BEGINNING, end - KEY_BEGINNING.length))
    end = json.indexOf(KEY_END, end + 1);
  return end === -1 ? -1 : end - KEY_BEGINNING.length;
}

/** The bracket of the first `}]`: there are hundreds of the one, and hardly a second of the other. */
function endOf(json: string, start: number): number {
  let end = json.indexOf(']', start);
  while (end !== -1 && json.charCodeAt(end - 1) !== BRACE) end = json.indexOf(']', end + 1);
  return end;
}

/**
 * Parses JSON of the API server, without `managedFields` where that can be. Of a watch event about a Pod that Go wrote it also
 * leaves out what Offhook does not read (see {@link shortPodBody}), so only a projection may follow.
 *
 * @throws SyntaxError as JSON.parse does.
 */
export function parsePods(json: string): unknown {
  return parsePod(json, OF_POD.test(json));
}

/** Whether the head of a list tells of Pods. */
export function isOfPods(head: string): boolean {
  return OF_PODS.test(head);
}

/** The same for one item of a list, which does not say itself what it is. */
export function parsePod(json: string, ofPod: boolean): unknown {
  return parseShortened(shortened(json, ofPod), json);
}

/** The same for a whole list, and others get their turn between cutting and parsing: for a page, each takes some 10 ms. */
export async function parsePodsInTurns(json: string): Promise<unknown> {
  const short = shortened(json, false);
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
