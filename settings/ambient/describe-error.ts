const MAX_CHARACTERS = 300;

/** What was thrown and its immediate cause, as one line of at most 300 characters; never a stack. */
export function describeError(thrown: unknown): string {
  const cause =
    thrown instanceof Error && thrown.cause instanceof Error ? ` (${nameAndMessage(thrown.cause)})` : '';
  return `${nameAndMessage(thrown)}${cause}`.replace(/\s+/g, ' ').slice(0, MAX_CHARACTERS);
}

function nameAndMessage(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.name === 'Error' ? thrown.message : `${thrown.name}: ${thrown.message}`;
}
