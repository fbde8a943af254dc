import { EVENT_MEDIA_TYPE } from '../../protocol/http/event-media-type.ts';
import { createHeaderSigner } from '../../protocol/signature/sign-headers.ts';
import { SIGNING_SECRET } from './row-context.ts';
import { sampleEvents } from './sample-events.ts';

export type SignedDelivery = { readonly body: Uint8Array; readonly headers: Record<string, string> };

/** So many events, each as a watcher would send it now. */
export async function signedDeliveries(count: number): Promise<readonly SignedDelivery[]> {
  const sign = createHeaderSigner('bench', SIGNING_SECRET);
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  const deliveries: SignedDelivery[] = [];
  for (const [index, event] of sampleEvents(count, 'bench').entries()) {
    const body = new Uint8Array(event.encode(index + 1));
    const signature = await sign({ id: event.id, timestampSeconds, body });
    const headers = { 'content-type': EVENT_MEDIA_TYPE, ...signature };
    deliveries.push({ body, headers });
  }
  return deliveries;
}
