/**
 * A signing secret or verification key that cannot be used. The message says what was expected and what was
 * wrong with it, and never contains the secret or a part of it.
 */
export class SecretError extends Error {
  override readonly name = 'SecretError';
  readonly code = 'bad_secret';
}
