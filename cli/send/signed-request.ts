import { EVENT_MEDIA_TYPE } from '../../protocol/http/event-media-type.ts';
import type { Sample } from '../../protocol/sample/sample-event.ts';
import type { Signer } from '../../protocol/signature/sign.ts';
import { writeSignedHeaders } from '../../protocol/signature/signed-headers.ts';

/** What a delivery is besides its URL. */
export type SignedRequest = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
};

/** Signs an event for now. */
export async function signRequest(
  { event, bytes: body }: Sample,
  { signer, nowMs, version }: { readonly signer: Signer; readonly nowMs: number; readonly version: string },
): Promise<SignedRequest> {
  const timestampSeconds = Math.floor(nowMs / 1_000);
  const signature = await signer.sign({ id: event.id, timestampSeconds, body });
  const signed = writeSignedHeaders({ id: event.id, timestamp: String(timestampSeconds), signature });
  return {
    headers: { 'content-type': EVENT_MEDIA_TYPE, 'user-agent': `offhook/${version}`, ...signed },
    body,
  };
}
