import { parseEvent } from '../../protocol/event/parse-event.ts';
import { eventFields } from '../ambient/event-fields.ts';
import type { LogFields } from '../ambient/log.ts';
import type { HandoffMessage } from './handoff.ts';

/**
 * The same as `eventFields` for a message whose event was not read, or could not be: what it says of itself, with its
 * `type` where this version does not know it, else the `eventId` of its signed headers, else nothing. For the lines about
 * what went wrong: it reads the body once more.
 */
export function messageFields({ body, signed }: HandoffMessage): LogFields {
  const read = parseEvent(body);
  if (read.kind === 'event') return eventFields(read.event);
  if (read.kind === 'unknownType') return { eventId: read.id, type: read.type };
  return signed === undefined ? {} : { eventId: signed.id };
}
