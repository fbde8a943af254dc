import { createSigner, type WebhookMessage } from './sign.ts';
import { writeSignedHeaders } from './signed-headers.ts';

/**
 * Signs one delivery: the three headers that go with `message.body`, by their lower-case names. Whoever signs many keeps
 * a {@link createSigner} instead, which prepares its keys once.
 *
 * @param secrets one to four of `whsec_…` (scheme v1) and `whsk_…` (v1a), the current one first.
 * @throws {SecretError} for a secret that is none; it is named by its position, never quoted.
 * @throws {RangeError} for an id or a timestamp that no verifier would accept.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function signWebhook(
  message: WebhookMessage,
  secrets: readonly string[],
): Promise<Record<string, string>> {
  const signature = await (await createSigner(secrets)).sign(message);
  const { id, timestampSeconds } = message;
  return writeSignedHeaders({ id, timestamp: String(timestampSeconds), signature });
}
