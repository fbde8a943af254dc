/** How a list and its first item begin, as Go writes them (metav1.ListMeta is flat). */
const OPENING =
  /^(\{"kind":"\w+List","apiVersion":"[\w./-]+","metadata":\{[^{}[\]]*\},"items":\[)(\{(?:"kind":"\w+","apiVersion":"[\w./-]+",)?"metadata":\{)/;
const OPENING_BYTES = 16 * 1024;
const END = ']}';
const NEWLINE = 0x0a;

type ListCuts = {
  /** The list as JSON text, without its items. */
  readonly head: string;
  /** Where each item begins, and where one behind the last would. */
  readonly starts: readonly number[];
};

/**
 * Finds the items in the JSON of a list, without reading it: where something begins as its first item does. Inside of a Pod
 * nothing in an array begins so, and a quote inside a JSON string is always escaped.
 *
 * For other kinds it is a guess that proves itself. A JSON object ends where its brackets close; no shorter text is one, and no
 * longer one. So if what stands between every two cuts is an object, these are the items.
 *
 * @returns null where it does not look as Go writes it, which says nothing about whether it is a list.
 */
export function cutList(bytes: Buffer): ListCuts | null {
  const [, head, first] = OPENING.exec(bytes.toString('latin1', 0, OPENING_BYTES)) ?? [];
  const end = bytes.length - END.length - (bytes.at(-1) === NEWLINE ? 1 : 0);
  if (head === undefined || bytes.toString('latin1', end, end + END.length) !== END) return null;
  const starts = [head.length];
  const next = Buffer.from(`},${first}`, 'latin1');
  for (let at = bytes.indexOf(next, head.length); at !== -1; at = bytes.indexOf(next, at + next.length))
    starts.push(at + '},'.length);
  return { head: bytes.toString('utf8', 0, head.length) + END, starts: [...starts, end + ','.length] };
}
