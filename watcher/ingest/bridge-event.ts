import { eventId } from '../../protocol/event-id.ts';
import { EVENT_TYPE } from '../../protocol/event-type.ts';
import type { DisabledEvent, GapEvent } from '../../protocol/lifecycle-event.ts';
import { serialiseEvent } from '../../protocol/serialise-event.ts';
import type { DraftEvent } from './container-event.ts';
import type { EndedSubscription } from './ended-subscription.ts';
import {
  type ClusterIdentity,
  DATA_SCHEMA,
  instant,
  sequenceText,
  sha256,
  sourceOf,
} from './event-source.ts';

/** Events about the bridge itself. They belong to no Pod; the cluster is their partition. */

export type GapFacts = Pick<GapEvent['data'], 'from' | 'to' | 'why'>;

/** An interval whose history nobody can tell any more: declared, so that nobody takes silence for peace. */
export function gapEvent(facts: GapFacts, cluster: ClusterIdentity, nowMs: number): DraftEvent {
  const { from, to } = facts;
  const instance = `${from.resourceVersion ?? ''}/${to.resourceVersion ?? ''}`;
  const data: GapEvent['data'] = { hook: 'gap', cluster, ...facts };
  return bridgeEvent({ type: EVENT_TYPE.gap, subject: 'watch', data }, { instance, cluster, nowMs });
}

/** Tells that a receiver wants no more. The moment is part of the id: a subscription can be ended again. */
export function disabledEvent(ended: EndedSubscription, cluster: ClusterIdentity): DraftEvent {
  const { subscription, why, deadLetters, atMs } = ended;
  const data: DisabledEvent['data'] = { hook: 'disabled', cluster, subscription, why, deadLetters };
  const content = { type: EVENT_TYPE.disabled, subject: `subscription/${subscription}`, data };
  return bridgeEvent(content, { instance: `${subscription}/${atMs}`, cluster, nowMs: atMs });
}

type Content = Pick<GapEvent, 'type' | 'subject' | 'data'> | Pick<DisabledEvent, 'type' | 'subject' | 'data'>;

function bridgeEvent(
  content: Content,
  { instance, cluster, nowMs }: { instance: string; cluster: ClusterIdentity; nowMs: number },
): DraftEvent {
  const { hook } = content.data;
  const id = eventId({ clusterUid: cluster.uid, podUid: '', container: '', hook, instance }, sha256);
  const partitionKey = cluster.uid;
  const time = instant(nowMs);
  const shared = {
    specversion: '1.0' as const,
    id,
    source: sourceOf(cluster),
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
    podUid: '',
    partitionKey,
    timeMs: nowMs,
    expiresAtMs: null,
    encode: (sequence) => serialiseEvent({ ...shared, sequence: sequenceText(sequence), ...content }),
  };
}
