import type { EventBridgeEvent, SQSEvent } from 'aws-lambda';
import type { BusDetail } from './eventbridge-detail.ts';

/**
 * What the target is invoked with: an event of the bus, or a batch of a queue, in which messages of the retry queue and
 * events of a rule whose target is a queue may stand side by side.
 */
export type TargetInput = Pick<EventBridgeEvent<string, BusDetail>, 'detail' | 'time'> | SQSEvent;
