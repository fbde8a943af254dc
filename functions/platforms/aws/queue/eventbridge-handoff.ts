import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  EVENTBRIDGE_CALL_BYTES,
  entrySizeBytes,
  toEventBridgeEntry,
} from '../../../../protocol/eventbridge/eventbridge-entry.ts';
import { readEventBridgeResult } from '../../../../protocol/eventbridge/eventbridge-result.ts';
import type { Handoff } from '../../../ingress/handoff.ts';
import { toBusDetail } from './eventbridge-detail.ts';

/**
 * Hands off to an EventBridge bus: one entry a call, stored once PutEvents gives it an id. A call can answer 200 and
 * have refused the entry (`FailedEntryCount`): that is thrown too, and the sender comes back. The bus stores in several
 * zones before it answers; targets get an entry at least once.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function createEventBridgeHandoff(
  client: Pick<EventBridgeClient, 'send'>,
  eventBusName: string,
): Handoff {
  return {
    enqueue: async (message) => {
      const { type, time, detail } = toBusDetail(message);
      const body = new TextEncoder().encode(detail);
      const entry = toEventBridgeEntry({ type, time, body }, eventBusName);
      const size = entrySizeBytes(entry);
      if (size >= EVENTBRIDGE_CALL_BYTES) {
        throw new RangeError(
          `an entry of ${size} bytes does not fit PutEvents (below ${EVENTBRIDGE_CALL_BYTES})`,
        );
      }
      const answer = await client.send(new PutEventsCommand({ Entries: [entry] }));
      const verdict = readEventBridgeResult(answer.Entries?.[0]);
      if (verdict.kind === 'taken') return;
      throw new Error(`EventBridge did not take the event: ${verdict.code ?? 'no reason given'}`);
    },
  };
}
