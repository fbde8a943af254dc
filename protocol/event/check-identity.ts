import { type Digest, sha256Digest } from '../bytes/sha256.ts';
import { partitionKeyOf, SOURCE_PREFIX, sourceOf } from './event-address.ts';
import { eventIdByWebCrypto } from './event-id.ts';
import { identityOf } from './event-identity.ts';
import { EVENT_TYPE } from './event-type.ts';
import type { LifecycleEvent, PostStopAmendedEvent } from './lifecycle-event.ts';

/**
 * An event that claims to be another one than its payload says. `path` is where; the message quotes nothing.
 */
export type IdentityMismatch = {
  readonly code: 'source_mismatch' | 'partitionkey_mismatch' | 'id_mismatch' | 'amends_mismatch';
  readonly path: string;
  readonly message: string;
};

/**
 * Recomputes from the payload what an event is known by, and says what differs; null when all agrees. Ids are hashes of
 * Kubernetes identities that anyone can guess: one that its payload does not lead to would take the place of another
 * event, and a partitionkey of somebody's choice would have the same event claimed twice in stores that are divided by it.
 */
export async function checkIdentity(
  event: LifecycleEvent,
  digest: Digest = sha256Digest,
): Promise<IdentityMismatch | null> {
  if (event.source !== sourceOf(event.data.cluster.uid)) {
    return mismatch('source_mismatch', 'source', `must be ${SOURCE_PREFIX} and data.cluster.uid`);
  }
  if (event.partitionkey !== expectedPartitionKey(event)) {
    return mismatch('partitionkey_mismatch', 'partitionkey', 'is not the one of the container in data');
  }
  if (event.id !== (await eventIdByWebCrypto(identityOf(event), digest))) {
    return mismatch('id_mismatch', 'id', 'is not the id that the payload leads to');
  }
  if (event.type === EVENT_TYPE.postStopAmended && event.data.amends !== (await amendedId(event, digest))) {
    return mismatch('amends_mismatch', 'data.amends', 'is not the id of the postStop of this run');
  }
  return null;
}

function expectedPartitionKey({ data }: LifecycleEvent): string {
  const { cluster } = data;
  if (data.hook === 'gap' || data.hook === 'disabled') return cluster.uid;
  return partitionKeyOf(data.pod.uid, data.container.name);
}

function amendedId({ time, data }: PostStopAmendedEvent, digest: Digest): Promise<string> {
  return eventIdByWebCrypto(identityOf({ type: EVENT_TYPE.postStop, time, data }), digest);
}

function mismatch(code: IdentityMismatch['code'], path: string, fault: string): IdentityMismatch {
  return { code, path, message: `${path}: ${fault}` };
}
