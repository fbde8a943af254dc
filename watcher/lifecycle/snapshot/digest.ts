import { hash } from 'node:crypto';

/**
 * SHA-256 of texts joined by NUL, as lower-case hex. The one thing this folder takes from Node: identities are made in
 * the middle of a synchronous step, and a hash is as pure as the rest.
 */
export function digestHex(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\0'), 'hex');
}
