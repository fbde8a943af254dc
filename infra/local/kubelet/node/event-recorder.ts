import type { Clock } from '../../../../settings/ambient/clock.ts';
import { type Random, randomHexId, randomUuid } from '../../ambient/ids.ts';
import { microTimestamp, timestamp } from '../../ambient/timestamp.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { Pod } from '../../objects/pod.ts';
import type { Store } from '../../store/store.ts';

/** Events kept in the cluster, and distinct ones remembered for counting; the oldest go first. */
const MAX_EVENTS = 1000;

type KubeletEvent = {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  fieldPath?: string | undefined;
};

export type EventRecorder = ReturnType<typeof createEventRecorder>;

/**
 * Writes Events about Pods as the kubelet and the scheduler do: an Event that repeats is the same object with a
 * higher `count` and a later `lastTimestamp` (client-go `tools/record/events_cache.go`). The rate limit of the real
 * recorder is left out.
 */
export function createEventRecorder({
  store,
  clock,
  random,
  node,
  component = 'kubelet',
}: {
  store: Store;
  clock: Clock;
  random: Random;
  /** Of a kubelet; empty for controllers. */
  node: string;
  component?: string;
}) {
  const known = new Map<string, KubeObject>();

  function add(event: KubeObject): KubeObject {
    const oldest = store.size('events') >= MAX_EVENTS ? [...store.list('events')].sort(byAge)[0] : undefined;
    if (oldest) store.remove('events', oldest);
    return store.put('events', event);
  }

  function base(pod: Pod, { type, reason, message, fieldPath }: KubeletEvent): KubeObject {
    const { namespace, name, uid, resourceVersion } = pod.metadata;
    return {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: {
        name: `${name}.${randomHexId(random, 16)}`,
        namespace,
        uid: randomUuid(random),
        resourceVersion: '',
        creationTimestamp: timestamp(clock.nowMs()),
      },
      involvedObject: { kind: 'Pod', namespace, name, uid, apiVersion: 'v1', resourceVersion, fieldPath },
      reason,
      message,
      type,
    };
  }

  return {
    /** An Event of the kubelet, or of a controller, counted when it repeats. */
    record(pod: Pod, event: KubeletEvent): void {
      const key = [pod.metadata.uid, event.fieldPath, event.type, event.reason, event.message].join('\n');
      const now = timestamp(clock.nowMs());
      const before = known.get(key);
      const current = before && store.get('events', `${before.metadata.namespace}/${before.metadata.name}`);
      const stored = current
        ? store.put('events', { ...current, count: Number(current.count) + 1, lastTimestamp: now })
        : add({
            ...base(pod, event),
            source: node === '' ? { component } : { component, host: node },
            firstTimestamp: now,
            lastTimestamp: now,
            count: 1,
            eventTime: null,
            reportingComponent: component,
            reportingInstance: node,
          });
      known.delete(key);
      known.set(key, stored);
      const [eldest] = known.size > MAX_EVENTS ? known.keys() : [];
      if (eldest !== undefined) known.delete(eldest);
    },
    /** An Event of the scheduler, which writes the newer form: `eventTime` and no count. */
    schedulerEvent(pod: Pod, event: KubeletEvent & { action: string }): void {
      add({
        ...base(pod, event),
        source: {},
        firstTimestamp: null,
        lastTimestamp: null,
        eventTime: microTimestamp(clock.nowMs()),
        action: event.action,
        reportingComponent: 'default-scheduler',
        reportingInstance: 'default-scheduler-local',
      });
    },
  };
}

function byAge(a: KubeObject, b: KubeObject): number {
  return Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion);
}
