import { createHeaderSigner, type SignHeaders } from '../../../protocol/signature/sign-headers.ts';
import type { HandlerContext } from '../../hooks/handler.ts';
import { readAs } from './variable-error.ts';

type Call = { readonly url: string; readonly eventId: string; readonly body: unknown };

/**
 * POSTs JSON for an event, once, within the handler's deadline, following no redirect. The event id travels as
 * `idempotency-key`, so that the far side can tell a repeated call. Only the status of the answer is read.
 *
 * @throws StatusError when it is not 2xx; whatever else when there is no answer before the deadline.
 */
type PostJson = (ctx: HandlerContext, call: Call) => Promise<void>;

type PostJsonDeps = {
  /** `whsec_…` or `whsk_…`: sign each call as a Standard Webhook. Not set or empty: do not. */
  readonly secret: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
};

/** @throws VariableError when the secret is malformed. */
export function createPostJson({ secret, now }: PostJsonDeps): PostJson {
  const sign: SignHeaders =
    secret === undefined || secret === ''
      ? async () => ({})
      : readAs('CALL_SECRET', () => createHeaderSigner('CALL_SECRET', secret));
  return async function postJson(ctx, { url, eventId, body }) {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const message = { id: eventId, timestampSeconds: Math.floor(now() / 1_000), body: bytes };
    const response = await ctx.fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': eventId,
        ...(await sign(message)),
      },
      body: bytes,
    });
    await response.body?.cancel();
  };
}
