import type { Hono } from 'hono';
import { MAX_BODY_BYTES } from '../../../protocol/http/read-body.ts';
import type { PageOptions } from '../../access/page-options.ts';
import type { Handoff } from '../../ingress/handoff.ts';
import { createReceiver, type ReceiverAmbient } from '../../receiver.ts';
import { signingKeys } from '../../variables/signing-keys.ts';
import { createSqliteIntake } from './queue/sqlite-intake.ts';
import type { NodeStores } from './stores.ts';

/** @property secrets `whsec_…` or `whpk_…`, the current and the previous ones. */
export type NodeReceiveSettings = {
  readonly secrets: readonly string[];
  readonly page: PageOptions;
  readonly retentionMs: number;
};

/** @property onStored an event is in the queue. */
type NodeReceiveAmbient = ReceiverAmbient & { readonly onStored: () => void };

/**
 * The receiver as a web application on this machine's own database.
 *
 * @throws when a secret or the page token is not usable.
 */
export async function createNodeReceiver(
  { queue, pace, claims, reader, timeline }: NodeStores,
  { secrets, page, retentionMs }: NodeReceiveSettings,
  { onStored, ...ambient }: NodeReceiveAmbient,
): Promise<Hono> {
  return createReceiver(
    {
      handoff: telling(queue, onStored),
      intake: createSqliteIntake({ queue, pace, receipts: claims.receipts, onStored }),
      receipts: claims,
      claims,
      timeline,
      audit: reader,
    },
    {
      keys: secretKeys(secrets),
      page,
      maxBodyBytes: MAX_BODY_BYTES,
      retentionMs,
    },
    ambient,
  );
}

/**
 * The secrets as a verifier takes them.
 *
 * @throws Error when there is none.
 */
export function secretKeys(secrets: readonly string[]): readonly string[] {
  return signingKeys('secrets', secrets.join(' '));
}

function telling(queue: Handoff, onStored: () => void): Handoff {
  return {
    enqueue: async (message) => {
      await queue.enqueue(message);
      onStored();
    },
  };
}
