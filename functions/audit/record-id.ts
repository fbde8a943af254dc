import type { RecordContent } from './stored-record.ts';

/**
 * What a record is a record of; there is one for each, over all streams: the event id, `<event id>/<handler>/<attempt>`
 * of a run, `<event id>/<handler>/rerun/<recordedAtMs>` of a wish for one, `retention/<stream>/<upToPosition>` of a retention.
 */
export function recordIdOf(content: RecordContent): string {
  switch (content.kind) {
    case 'event':
      return content.eventId;
    case 'run':
      return `${content.eventId}/${content.handler}/${content.attempt}`;
    case 'rerun':
      return `${content.eventId}/${content.handler}/rerun/${content.recordedAtMs}`;
    case 'retention':
      return `retention/${content.stream}/${content.upToPosition}`;
  }
}
