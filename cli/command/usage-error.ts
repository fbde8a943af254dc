/** A mistake on the command line; printed with a hint at `--help`, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
