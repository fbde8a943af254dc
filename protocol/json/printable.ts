/**
 * What a terminal may obey, or what hides or turns what is beside it: control characters, format characters such as
 * changes of the writing direction, halves of characters, line and paragraph separators. Names and reasons come from
 * whoever may create a Pod.
 */
const UNPRINTABLE = /[\p{C}\u2028\u2029]/gu;
/** The same in a JSON text, whose own line ends stay: within a string JSON allows none. */
const UNPRINTABLE_IN_JSON = /(?!\n)[\p{C}\u2028\u2029]/gu;

/** Text that somebody else wrote, on one line and without what a terminal would obey: `\u001b` stands for an escape. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** The same JSON value, in a text that is safe to show: such characters are escaped as JSON does it. */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE_IN_JSON, escaped);
}

/** A character beyond 16 bits is two units, and so two escapes. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
