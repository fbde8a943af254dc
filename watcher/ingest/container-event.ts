import { eventId } from '../../protocol/event-id.ts';
import { EVENT_TYPE, type EventType } from '../../protocol/event-type.ts';
import type { ContainerEvent } from '../../protocol/lifecycle-event.ts';
import { serialiseEvent } from '../../protocol/serialise-event.ts';
import type { FilterSubject } from '../../protocol/subscription-filter.ts';
import type { Transition } from '../lifecycle/transition.ts';
import {
  type ClusterIdentity,
  DATA_SCHEMA,
  instant,
  partitionKeyOf,
  sequenceText,
  sha256,
  sourceOf,
} from './event-source.ts';
import type { NewEvent } from './lifecycle-journal.ts';

/** A transition as a journal event, not yet matched to subscriptions. */
export type DraftEvent = Omit<NewEvent, 'subscriptions'>;

/** What subscriptions are matched against: the transition itself, before any label is cut. */
export function filterSubject({ hook, pod, container }: Transition): FilterSubject {
  return { hook, namespace: pod.namespace, labels: pod.labels, container };
}

/**
 * Names a transition and prepares its bytes.
 *
 * @param nowMs stands in for the time of an event whose own time Kubernetes does not tell.
 */
export function containerEvent(transition: Transition, cluster: ClusterIdentity, nowMs: number): DraftEvent {
  const { hook, pod, container } = transition;
  const timeMs = transition.time === null ? nowMs : Date.parse(transition.time);
  const deadline = transition.hook === 'preStop' ? transition.stop.deadline : null;
  const id = idOf(transition, cluster);
  return {
    id,
    type: typeOf(transition),
    hook,
    observation: transition.observation,
    namespace: pod.namespace,
    podUid: pod.uid,
    partitionKey: partitionKeyOf(pod.uid, container.name),
    timeMs,
    expiresAtMs: deadline === null ? null : Date.parse(deadline),
    encode: (sequence) => serialiseEvent(envelope(transition, { cluster, id, timeMs, sequence })),
  };
}

function typeOf(transition: Transition): EventType {
  const amended = transition.hook === 'postStop' && transition.amends;
  return amended ? EVENT_TYPE.postStopAmended : EVENT_TYPE[transition.hook];
}

function idOf(transition: Transition, cluster: ClusterIdentity, amends = isAmendment(transition)): string {
  const { hook, pod, container } = transition;
  return eventId(
    {
      clusterUid: cluster.uid,
      podUid: pod.uid,
      container: container.name,
      hook: amends ? `${hook}.amended` : hook,
      instance: transition.hook === 'hookFailed' ? transition.occurrence : (container.id ?? ''),
    },
    sha256,
  );
}

function isAmendment(transition: Transition): boolean {
  return transition.hook === 'postStop' && transition.amends;
}

type Naming = {
  readonly cluster: ClusterIdentity;
  readonly id: string;
  readonly timeMs: number;
  readonly sequence: number;
};

function envelope(transition: Transition, { cluster, id, timeMs, sequence }: Naming): ContainerEvent {
  const { pod, container, observation } = transition;
  const time = instant(timeMs);
  const shared = {
    specversion: '1.0' as const,
    id,
    source: sourceOf(cluster),
    subject: `${pod.namespace}/${pod.name}/${container.name}`,
    time,
    timestamp: time,
    datacontenttype: 'application/json' as const,
    dataschema: DATA_SCHEMA,
    partitionkey: partitionKeyOf(pod.uid, container.name),
    sequence: sequenceText(sequence),
  };
  const facts = { observation, cluster, pod, container };
  switch (transition.hook) {
    case 'preStart':
      return { ...shared, type: EVENT_TYPE.preStart, data: { hook: transition.hook, ...facts } };
    case 'postStart':
      return { ...shared, type: EVENT_TYPE.postStart, data: { hook: transition.hook, ...facts } };
    case 'preStop': {
      const { stop } = transition;
      const expiry = stop.deadline === null ? {} : { expirytime: instant(Date.parse(stop.deadline)) };
      return {
        ...shared,
        ...expiry,
        type: EVENT_TYPE.preStop,
        data: { hook: transition.hook, ...facts, stop },
      };
    }
    case 'postStop': {
      const { exit, amends } = transition;
      const data = { hook: transition.hook, ...facts, exit };
      if (!amends) return { ...shared, type: EVENT_TYPE.postStop, data };
      const amended = { ...data, amends: idOf(transition, cluster, false) };
      return { ...shared, type: EVENT_TYPE.postStopAmended, data: amended };
    }
    case 'hookFailed': {
      const { failed } = transition;
      return { ...shared, type: EVENT_TYPE.hookFailed, data: { hook: transition.hook, ...facts, failed } };
    }
    default:
      return transition satisfies never;
  }
}
