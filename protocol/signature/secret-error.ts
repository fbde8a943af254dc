/**
 * A signing secret or verification key that cannot be used. The message says what was expected and what was
 * wrong with it, and never contains the secret or a part of it.
 */
export class SecretError extends Error {
  override readonly name = 'SecretError';
  readonly code = 'bad_secret';
}

/** To be thrown on: a secret's own error begins with which of several it is, or where it is set; any other is as it was. */
export function nameSecret(name: string, error: unknown): unknown {
  return error instanceof SecretError ? new SecretError(`${name}: ${error.message}`) : error;
}
