import type { EventIdentity } from './event-id.ts';
import { EVENT_TYPE } from './event-type.ts';
import type { LifecycleEvent } from './lifecycle-event.ts';

/** What of an event its identity is read from: everything that the id is made of travels in the event. */
export type Identified<E = LifecycleEvent> = E extends LifecycleEvent
  ? Pick<E, 'type' | 'time' | 'data'>
  : never;

/**
 * The identity of an event, from the event alone; its id is the hash of it (`eventId`), so a receiver can recompute
 * the id and refuse one that its payload does not lead to. The `instance` of
 *
 * - `preStart` is empty: once a container;
 * - `postStart`, `preStop`, `postStop` and an amended postStop is the run, see {@link runInstance};
 * - `hookFailed` is `<Event UID>/<count>`, the occurrence of the kubelet's Event;
 * - `gap` is `<from>/<to>`, the resourceVersions around it;
 * - `disabled` is `<subscription>/<milliseconds since 1970>` of its `time`: a subscription can be ended again.
 */
export function identityOf(event: Identified): EventIdentity {
  const clusterUid = event.data.cluster.uid;
  switch (event.type) {
    case EVENT_TYPE.gap: {
      const { from, to } = event.data;
      const instance = `${from.resourceVersion ?? ''}/${to.resourceVersion ?? ''}`;
      return { clusterUid, podUid: '', container: '', hook: event.data.hook, instance };
    }
    case EVENT_TYPE.disabled: {
      const instance = `${event.data.subscription}/${Date.parse(event.time)}`;
      return { clusterUid, podUid: '', container: '', hook: event.data.hook, instance };
    }
    default: {
      const { pod, container, hook } = event.data;
      const amended = event.type === EVENT_TYPE.postStopAmended;
      return {
        clusterUid,
        podUid: pod.uid,
        container: container.name,
        hook: amended ? `${hook}.amended` : hook,
        instance: containerInstance(event),
      };
    }
  }
}

/**
 * What tells the runs of one container apart: the containerID. Nodes that are no kubelets (KWOK, virtual-kubelet,
 * Fargate) show none; there it is restartCount and startedAt, in a form that no containerID (`<runtime>://<id>`) has.
 */
export function runInstance(run: {
  readonly id: string | null;
  readonly restartCount: number;
  readonly startedAt: string | null;
}): string {
  return run.id ?? `restart/${run.restartCount}/${run.startedAt ?? ''}`;
}

type ContainerIdentified = Exclude<Identified, { type: typeof EVENT_TYPE.gap | typeof EVENT_TYPE.disabled }>;

function containerInstance({ data }: ContainerIdentified): string {
  switch (data.hook) {
    case 'preStart':
      return '';
    case 'hookFailed':
      return `${data.event.uid}/${data.event.count}`;
    case 'postStart':
    case 'preStop':
    case 'postStop':
      return runInstance(data.container);
    default:
      return data satisfies never;
  }
}
