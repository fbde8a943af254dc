/**
 * A row's place in the order that pages follow: by time, then by arrival. As text it is a cursor: `<at ms>-<seq>`.
 */
export type Place = { readonly atMs: number; readonly seq: number };

const PATTERN = /^(-?\d{1,15})-(\d{1,15})$/;

export function formatPlace({ atMs, seq }: Place): string {
  return `${atMs}-${seq}`;
}

/** @throws RangeError for anything that {@link formatPlace} does not write. */
export function parsePlace(text: string): Place {
  const [, atMs, seq] = PATTERN.exec(text) ?? [];
  if (atMs === undefined || seq === undefined) {
    throw new RangeError('the cursor is none of the audit trail: use one from an earlier page');
  }
  return { atMs: Number(atMs), seq: Number(seq) };
}
