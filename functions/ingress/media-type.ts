import { EVENT_MEDIA_TYPE } from '../../protocol/http/event-media-type.ts';
import type { HeaderSource } from '../../protocol/signature/signed-headers.ts';
import { type Answer, refused } from './answer.ts';

/**
 * Refuses (415) whatever is not an uncompressed structured CloudEvent. Parameters such as `charset` are
 * accepted; a `content-encoding` is not, because the signature covers the bytes as they travel.
 */
export function checkMediaType(headers: HeaderSource): Answer | undefined {
  const mediaType = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (mediaType !== EVENT_MEDIA_TYPE) {
    return refused(415, 'unsupported_media_type', `content-type must be ${EVENT_MEDIA_TYPE}`);
  }
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity') {
    return refused(415, 'unsupported_encoding', 'send the body without content-encoding');
  }
  return undefined;
}
