import { DATA_SCHEMA, sourceOf } from '../../protocol/event/event-address.ts';
import { eventId } from '../../protocol/event/event-id.ts';
import { identityOf } from '../../protocol/event/event-identity.ts';
import { EVENT_TYPE } from '../../protocol/event/event-type.ts';
import type { DisabledEvent, GapEvent } from '../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../protocol/event/serialise-event.ts';
import { digestNow } from '../../settings/digest-now.ts';
import type { DraftEvent } from './container-event.ts';
import { type ClusterIdentity, eventInstant } from './event-envelope.ts';
import type { EndedSubscription } from './lifecycle-journal.ts';
import { numberedBytes } from './numbered-bytes.ts';

/** Events about the bridge itself. They belong to no Pod; the cluster is their partition. */

export type GapFacts = Pick<GapEvent['data'], 'from' | 'to' | 'why' | 'namespace'>;

/** An interval whose history nobody can tell any more: declared, so that nobody takes silence for peace. */
export function gapEvent(facts: GapFacts, cluster: ClusterIdentity, nowMs: number): DraftEvent {
  const data: GapEvent['data'] = { hook: 'gap', cluster, ...facts };
  return bridgeEvent({ type: EVENT_TYPE.gap, subject: 'watch', data }, cluster, nowMs);
}

/** Tells that a receiver wants no more. */
export function disabledEvent(ended: EndedSubscription, cluster: ClusterIdentity): DraftEvent {
  const { subscription, why, deadLetters, atMs } = ended;
  const data: DisabledEvent['data'] = { hook: 'disabled', cluster, subscription, why, deadLetters };
  return bridgeEvent(
    { type: EVENT_TYPE.disabled, subject: `subscription/${subscription}`, data },
    cluster,
    atMs,
  );
}

type Content = Pick<GapEvent, 'type' | 'subject' | 'data'> | Pick<DisabledEvent, 'type' | 'subject' | 'data'>;

function bridgeEvent(content: Content, cluster: ClusterIdentity, timeMs: number): DraftEvent {
  const { hook } = content.data;
  const time = eventInstant(timeMs);
  const id = eventId(identityOf({ ...content, time }), digestNow);
  const partitionKey = cluster.uid;
  const shared = {
    specversion: '1.0' as const,
    id,
    source: sourceOf(cluster.uid),
    time,
    timestamp: time,
    datacontenttype: 'application/json' as const,
    dataschema: DATA_SCHEMA,
    partitionkey: partitionKey,
  };
  return {
    id,
    type: content.type,
    hook,
    namespace: '',
    partitionKey,
    timeMs,
    expiresAtMs: null,
    encode: numberedBytes((sequence) => serialiseEvent({ ...shared, sequence, ...content })),
  };
}
