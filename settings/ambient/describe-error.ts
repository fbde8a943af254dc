const MAX_CHARACTERS = 300;

/**
 * The bare message of what was thrown, for a sentence that says by itself what failed; what is no Error as text. May
 * hold line breaks.
 */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** What Node calls the failure (`ENOENT`, `ECONNREFUSED`); undefined for an error that is not of the system. */
export function errorCodeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}

/**
 * What was thrown, with its name where that says more than "Error", and its immediate cause: for errors of code that
 * is not ours. One line of at most 300 characters; never a stack.
 */
export function describeError(thrown: unknown): string {
  const cause =
    thrown instanceof Error && thrown.cause instanceof Error ? ` (${nameAndMessage(thrown.cause)})` : '';
  return `${nameAndMessage(thrown)}${cause}`.replace(/\s+/g, ' ').slice(0, MAX_CHARACTERS);
}

function nameAndMessage(thrown: unknown): string {
  const hasName = thrown instanceof Error && thrown.name !== 'Error';
  return hasName ? `${thrown.name}: ${thrown.message}` : messageOf(thrown);
}
