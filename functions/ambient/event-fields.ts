import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import type { LogFields } from './log.ts';

/**
 * What every log line about an event says of it, for whoever looks for a Pod and not for an id: `eventId` and `hook`, and
 * for an event of a container `namespace`, `pod` and `container`.
 */
export function eventFields({ id, data }: LifecycleEvent): LogFields {
  const about = { eventId: id, hook: data.hook };
  if (data.hook === 'gap' || data.hook === 'disabled') return about;
  const { pod, container } = data;
  return { ...about, namespace: pod.namespace, pod: pod.name, container: container.name };
}
