import { nameSecret } from './secret-error.ts';
import { createSigner, type Signer, type WebhookMessage } from './sign.ts';
import { writeSignedHeaders } from './signed-headers.ts';
import { parseSigningSecret } from './signing-secret.ts';

/** The three headers that sign one attempt of one message, by their lower-case names. */
export type SignHeaders = (message: WebhookMessage) => Promise<Record<string, string>>;

/**
 * Signs calls with one secret, `whsec_…` or `whsk_…`. A malformed secret is refused now rather than at the first call,
 * which may be days later; the key is made ready with that call, because Web Crypto has no other way than to wait.
 *
 * @param name of the secret, which errors begin with.
 * @throws {SecretError} when the secret is malformed.
 */
export function createHeaderSigner(name: string, secret: string): SignHeaders {
  try {
    parseSigningSecret(secret);
  } catch (error) {
    throw nameSecret(name, error);
  }
  let signer: Promise<Signer> | undefined;
  return async function signHeaders(message) {
    signer ??= createSigner([secret]);
    const signature = await (await signer).sign(message);
    return writeSignedHeaders({ id: message.id, timestamp: String(message.timestampSeconds), signature });
  };
}
