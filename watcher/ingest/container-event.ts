import { DATA_SCHEMA, partitionKeyOf, sourceOf } from '../../protocol/event/event-address.ts';
import { eventId } from '../../protocol/event/event-id.ts';
import { identityOf } from '../../protocol/event/event-identity.ts';
import { EVENT_TYPE } from '../../protocol/event/event-type.ts';
import type {
  ContainerEvent,
  PostStopAmendedEvent,
  PostStopEvent,
} from '../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../protocol/event/serialise-event.ts';
import type { ContainerSubject } from '../../protocol/event/subscription-filter.ts';
import { digestNow } from '../../settings/digest-now.ts';
import type { Transition } from '../lifecycle/transition.ts';
import { type ClusterIdentity, eventInstant, instantOf } from './event-envelope.ts';
import type { NewEvent } from './lifecycle-journal.ts';
import { numberedBytes } from './numbered-bytes.ts';

/** A transition as a journal event, not yet matched to subscriptions. */
export type DraftEvent = Omit<NewEvent, 'subscriptions'>;

/** What subscriptions are matched against: the transition itself, before any label is cut. */
export function filterSubject(transition: Transition): ContainerSubject {
  const { hook, pod, annotations, container } = transition;
  const subject = { hook, namespace: pod.namespace, labels: pod.labels, annotations, container };
  return hook === 'postStop' ? { ...subject, exit: transition.exit } : subject;
}

/**
 * Names a transition and prepares its bytes.
 *
 * @param nowMs stands in for the time of an event whose own time Kubernetes does not tell.
 */
export function containerEvent(transition: Transition, cluster: ClusterIdentity, nowMs: number): DraftEvent {
  const { hook, pod, container } = transition;
  const timeMs = transition.time === null ? nowMs : Date.parse(transition.time);
  const time = transition.time === null ? eventInstant(nowMs) : instantOf(transition.time);
  const content = contentOf(transition, cluster);
  const id = eventId(identityOf({ ...content, time }), digestNow);
  const deadline = transition.hook === 'preStop' ? transition.stop.deadline : null;
  const partitionKey = partitionKeyOf(pod.uid, container.name);
  const shared = {
    specversion: '1.0' as const,
    id,
    source: sourceOf(cluster.uid),
    subject: `${pod.namespace}/${pod.name}/${container.name}`,
    time,
    timestamp: time,
    datacontenttype: 'application/json' as const,
    dataschema: DATA_SCHEMA,
    partitionkey: partitionKey,
    ...(deadline === null ? {} : { expirytime: instantOf(deadline) }),
  };
  return {
    id,
    type: content.type,
    hook,
    observation: transition.observation,
    namespace: pod.namespace,
    partitionKey,
    timeMs,
    expiresAtMs: deadline === null ? null : Date.parse(deadline),
    encode: numberedBytes((sequence) => serialiseEvent({ ...shared, sequence, ...content })),
  };
}

type Content<E = ContainerEvent> = E extends ContainerEvent ? Pick<E, 'type' | 'data'> : never;

function contentOf(transition: Transition, cluster: ClusterIdentity): Content {
  const { pod, container, observation } = transition;
  const facts = { observation, cluster, pod, container };
  switch (transition.hook) {
    case 'preStart':
      return { type: EVENT_TYPE.preStart, data: { hook: transition.hook, ...facts } };
    case 'postStart':
      return { type: EVENT_TYPE.postStart, data: { hook: transition.hook, ...facts } };
    case 'preStop': {
      const { stop } = transition;
      return { type: EVENT_TYPE.preStop, data: { hook: transition.hook, ...facts, stop } };
    }
    case 'postStop': {
      const { exit, amends } = transition;
      const content = { type: EVENT_TYPE.postStop, data: { hook: transition.hook, ...facts, exit } };
      return amends ? amendmentOf(content) : content;
    }
    case 'hookFailed': {
      const { failed, event } = transition;
      return { type: EVENT_TYPE.hookFailed, data: { hook: transition.hook, ...facts, failed, event } };
    }
    default:
      return transition satisfies never;
  }
}

/** Better facts about an end that was told before: a new event that names the first one. */
function amendmentOf(content: Pick<PostStopEvent, 'type' | 'data'>): Content<PostStopAmendedEvent> {
  // The time is no part of a run's identity.
  const amends = eventId(identityOf({ ...content, time: '' }), digestNow);
  return { type: EVENT_TYPE.postStopAmended, data: { ...content.data, amends } };
}
