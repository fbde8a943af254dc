import { createHash } from 'node:crypto';
import { partitionKeyOf, sourceOf } from '../../protocol/event/event-address.ts';
import { eventId, type Sha256 } from '../../protocol/event/event-id.ts';
import { identityOf } from '../../protocol/event/event-identity.ts';
import { EVENT_TYPE } from '../../protocol/event/event-type.ts';
import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';

const sha256: Sha256 = (input) => createHash('sha256').update(input).digest();

/** The event with the source, partitionkey, id and `amends` that its payload leads to, as a watcher would give them. */
export function withIdentity<E extends LifecycleEvent>(event: E): E {
  const { data } = event;
  const none = data.hook === 'gap' || data.hook === 'disabled';
  return {
    ...event,
    source: sourceOf(data.cluster.uid),
    partitionkey: none ? data.cluster.uid : partitionKeyOf(data.pod.uid, data.container.name),
    id: eventId(identityOf(event), sha256),
    ...(event.type === EVENT_TYPE.postStopAmended && {
      data: { ...data, amends: eventId(identityOf({ ...event, type: EVENT_TYPE.postStop }), sha256) },
    }),
  };
}
