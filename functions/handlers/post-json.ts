import { parseSigningSecret } from '../../protocol/signature/secret.ts';
import { SecretError } from '../../protocol/signature/secret-error.ts';
import { createSigner, type Signer } from '../../protocol/signature/sign.ts';
import type { HandlerContext } from '../hooks/handler.ts';

export type Call = { readonly url: string; readonly eventId: string; readonly body: unknown };

/**
 * POSTs JSON for an event, once, within the handler's deadline, following no redirect. The event id travels as
 * `idempotency-key`, so that the far side can tell a repeated call. Only the status of the answer is read.
 *
 * @throws StatusError when it is not 2xx; whatever else when there is no answer before the deadline.
 */
export type PostJson = (ctx: HandlerContext, call: Call) => Promise<void>;

export type PostJsonDeps = {
  /** `whsec_…` or `whsk_…`: sign each call as a Standard Webhook. Not set or empty: do not. */
  readonly secret: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
};

/** @throws SecretError when the secret is malformed. */
export function createPostJson({ secret, now }: PostJsonDeps): PostJson {
  const signHeaders =
    secret === undefined || secret === '' ? async () => ({}) : createSignHeaders(secret, now);
  return async function postJson(ctx, { url, eventId, body }) {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const response = await ctx.fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': eventId,
        ...(await signHeaders(eventId, bytes)),
      },
      body: bytes,
    });
    await response.body?.cancel();
  };
}

function createSignHeaders(secret: string, now: () => number) {
  checkSecret(secret);
  let signer: Promise<Signer> | undefined;
  return async (id: string, body: Uint8Array): Promise<Record<string, string>> => {
    const timestampSeconds = Math.floor(now() / 1_000);
    signer ??= createSigner([secret]);
    return {
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': await (await signer).sign({ id, timestampSeconds, body }),
    };
  };
}

/** At the start rather than at the first call, which may be days later. */
function checkSecret(secret: string): void {
  try {
    parseSigningSecret(secret);
  } catch (error) {
    throw error instanceof SecretError ? new SecretError(`CALL_SECRET: ${error.message}`) : error;
  }
}
