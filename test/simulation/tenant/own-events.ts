import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { TENANT_NAMESPACE } from './tenant-objects.ts';

/** Whether an event is about a Pod of the tenant, as it says itself. */
export function isOfTenant({ data }: LifecycleEvent): boolean {
  return data.hook !== 'gap' && data.hook !== 'disabled' && data.pod.namespace === TENANT_NAMESPACE;
}

/** The Pods and runs that are not the tenant's. */
export type Others = {
  readonly pods: readonly { readonly key: string }[];
  readonly runs: ReadonlyMap<string, unknown>;
};

/** Whether it names one of them. */
export function namesAnother({ data }: LifecycleEvent, { pods, runs }: Others): boolean {
  if (data.hook === 'gap' || data.hook === 'disabled') return false;
  return pods.some(({ key }) => key === data.pod.uid) || runs.has(data.container.id ?? '');
}
