import { MAX_BODY_BYTES } from '../../../protocol/http/read-body.ts';
import { digestNow } from '../../../settings/digest-now.ts';
import type { Handoff } from '../../ingress/handoff.ts';
import {
  createReceiver,
  type ReceiverAmbient,
  type ReceiverSettings,
  type WholeReceiver,
} from '../../receiver.ts';
import { createPassingIntake } from './queue/passing-intake.ts';
import type { QueuePump } from './queue/queue-pump.ts';
import { createSqliteIntake } from './queue/sqlite-intake.ts';
import type { NodeStores } from './stores.ts';

/** What is set here; how large a body may be is not. */
export type NodeReceiveSettings = Pick<ReceiverSettings, 'verifier' | 'page' | 'retentionMs'>;

/** @property pump told of what is in the queue. */
type NodeReceiveAmbient = ReceiverAmbient & {
  readonly pump: Pick<QueuePump, 'wake' | 'stored' | 'passes' | 'passed'>;
};

/**
 * The receiver as a web application on this machine's own database.
 *
 * @throws when the page token is not usable.
 */
export function createNodeReceiver(
  { queue, passing, commit, pace, claims, audit, reader, timeline, failures }: NodeStores,
  settings: NodeReceiveSettings,
  { pump, ...ambient }: NodeReceiveAmbient,
): WholeReceiver {
  const { receipts } = claims;
  return createReceiver(
    {
      handoff: handoffOf(queue, pump.wake),
      intake: createSqliteIntake({
        queue,
        receipts,
        passing: {
          passes: pump.passes,
          take: createPassingIntake({ receipts, passing, commit, onPassed: pump.passed }),
        },
        pace,
        onStored: pump.stored,
      }),
      receipts: claims,
      claims,
      timeline,
      failures,
      reruns: audit,
      audit: reader,
    },
    { ...settings, maxBodyBytes: MAX_BODY_BYTES },
    { ...ambient, digest: digestNow },
  );
}

/** The queue as who hands events off sees it: what is stored is told. */
export function handoffOf(queue: Handoff, onStored: () => void): Handoff {
  return {
    enqueue: async (message) => {
      await queue.enqueue(message);
      onStored();
    },
  };
}
