import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { createSigner } from '../../../protocol/signature/sign.ts';

/** The public test secret of Standard Webhooks. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const MEDIA_TYPE = 'application/cloudevents+json';

/** The headers a watcher sends with that body, signed now with those secrets. */
export async function signedHeaders(
  id: string,
  body: Uint8Array,
  nowMs = Date.now(),
  secrets: readonly string[] = [SECRET],
) {
  const signer = await createSigner(secrets);
  const timestampSeconds = Math.floor(nowMs / 1_000);
  return {
    'content-type': MEDIA_TYPE,
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': await signer.sign({ id, timestampSeconds, body }),
  };
}

/** Delivers an event as a watcher does, that has those secrets. */
export async function deliver(
  url: string,
  event: LifecycleEvent,
  nowMs?: number,
  secrets?: readonly string[],
): Promise<Response> {
  const body = serialiseEvent(event);
  return fetch(`${url}/events`, {
    method: 'POST',
    body,
    headers: await signedHeaders(event.id, body, nowMs, secrets),
  });
}

/** The same, with further headers. */
export async function deliverWith(
  url: string,
  event: LifecycleEvent,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const body = serialiseEvent(event);
  const signed = await signedHeaders(event.id, body);
  return fetch(`${url}/events`, { method: 'POST', body, headers: { ...signed, ...headers } });
}
