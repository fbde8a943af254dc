/** Nothing secret looks so short and plain, and no log line can be broken with it. */
const CODE = /^[a-z0-9_]{1,40}$/;

/**
 * The word by which a receiver says why it refused: the member `error` of a JSON object. Nothing else of an answer is kept.
 *
 * @param body the beginning of the answer's body; a code is found only where it is the whole of it.
 * @returns null where there is none, or none that is such a word.
 */
export function readErrorCode(body: Uint8Array): string | null {
  // Most bodies are no JSON: parsing those would cost an exception each.
  if (body[0] !== 0x7b) return null;
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(body));
    const code = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null;
    return typeof code === 'string' && CODE.test(code) ? code : null;
  } catch {
    return null;
  }
}
