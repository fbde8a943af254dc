/** One page of a listing: the keys, and where the next page begins; null on the last one. */
export type S3Page = { readonly keys: readonly string[]; readonly next: string | null };

/** What one request asks for, and what one answer may therefore hold. */
export const MOST_S3_KEYS = 1_000;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads the answer of ListObjectsV2. There is no XML parser in a Worker; the answer is flat, so its elements are picked
 * out. Its texts cannot contain a `<`, so nothing in a key can pass for an element. Every search goes forward from the
 * last one, so the work grows with the length of the answer, whatever it holds.
 *
 * @throws Error when it is something else, incomplete, or holds more keys than were asked for.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function parseS3Page(xml: string): S3Page {
  if (!/<ListBucketResult[\s>]/.test(xml) || !xml.trimEnd().endsWith('</ListBucketResult>')) {
    throw new Error('the listing is not a complete ListBucketResult');
  }
  const decode = textOf(xml, 'EncodingType') === 'url' ? decodeKey : (key: string) => key;
  const keys = elementsOf(xml, 'Contents').map((contents) => {
    const key = textOf(contents, 'Key');
    if (key === null) throw new Error('the listing has an object without a key');
    return decode(key);
  });
  const truncated = textOf(xml, 'IsTruncated') === 'true';
  const next = truncated ? textOf(xml, 'NextContinuationToken') : null;
  if (truncated && next === null) throw new Error('the listing goes on, but does not say where');
  return { keys, next };
}

/**
 * The codes of what DeleteObjects could not delete, one an object; empty when all are gone.
 *
 * @throws Error when it is something else, incomplete, or holds more errors than objects can be deleted at once.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export function parseDeleteErrors(xml: string): readonly string[] {
  const text = xml.trimEnd();
  const isComplete = text.endsWith('</DeleteResult>') || /^<DeleteResult[^<>]*\/>$/.test(lastTag(text));
  if (!/<DeleteResult(?:[\s>]|\/>)/.test(text) || !isComplete) {
    throw new Error('the answer to the deletion is not a complete DeleteResult');
  }
  return elementsOf(text, 'Error').map(codeOf);
}

/** The code of an error as S3 names it, for example `NoSuchBucket`: the message beside it may quote anything. */
export function codeOf(xml: string): string {
  const code = textOf(xml, 'Code');
  return code !== null && /^\w{1,64}$/.test(code) ? code : 'no code';
}

/** The body of DeleteObjects: at most 1,000 keys, answered with the errors alone. */
export function deleteXml(keys: readonly string[]): string {
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join('');
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return `<?xml version="1.0" encoding="UTF-8"?><Delete xmlns="${namespace}">${objects}<Quiet>true</Quiet></Delete>`;
}

/** Control characters as references: a parser would otherwise turn line ends into others. */
function escapeXml(text: string): string {
  const named = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return named.replace(/[\p{Cc}]/gu, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * What stands in each element of that name, one after the other. One that is never closed ends the search: to look for
 * the end of every further one would read the rest of the answer again for each of them.
 */
function elementsOf(xml: string, name: string): readonly string[] {
  const [opening, closing] = [`<${name}>`, `</${name}>`];
  const found: string[] = [];
  let start = xml.indexOf(opening);
  while (start !== -1) {
    const end = xml.indexOf(closing, start + opening.length);
    if (end === -1) throw new Error(`the answer of the store has a ${name} without an end`);
    if (found.length === MOST_S3_KEYS) {
      throw new Error(`the answer of the store has more than ${MOST_S3_KEYS} elements ${name}`);
    }
    found.push(xml.slice(start + opening.length, end));
    start = xml.indexOf(opening, end + closing.length);
  }
  return found;
}

/** The text of the first element of that name that holds text alone; null when there is none. */
function textOf(xml: string, name: string): string | null {
  const [opening, closing] = [`<${name}>`, `</${name}>`];
  let start = xml.indexOf(opening);
  while (start !== -1) {
    const end = xml.indexOf('<', start + opening.length);
    if (end === -1) return null;
    if (xml.startsWith(closing, end)) return unescapeXml(xml.slice(start + opening.length, end));
    start = xml.indexOf(opening, end);
  }
  return null;
}

function lastTag(text: string): string {
  return text.slice(Math.max(0, text.lastIndexOf('<')));
}

function unescapeXml(text: string): string {
  return text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|\w{1,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
    const code = Number(name[1] === 'x' || name[1] === 'X' ? `0${name.slice(1)}` : name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** `encoding-type=url` writes a blank as `+` and a plus as `%2B`. @throws URIError when it is not UTF-8. */
function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}
