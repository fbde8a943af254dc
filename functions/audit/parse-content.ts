import type { RecordContent } from './stored-record.ts';

/** Every kind, exhaustively. */
const KINDS: Readonly<Record<RecordContent['kind'], true>> = {
  event: true,
  run: true,
  rerun: true,
  retention: true,
};

/**
 * Reads what a stored record says. Its fields are as they were written; whether they were changed since is for the
 * verifier to say.
 *
 * @throws Error when it is no record of this version.
 */
export function parseContent(content: string): RecordContent {
  const value: unknown = JSON.parse(content);
  if (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    Object.hasOwn(KINDS, String(value.kind))
  ) {
    return value as RecordContent;
  }
  throw new Error('a stored audit record is of no kind this version knows; was it written by a newer one?');
}
