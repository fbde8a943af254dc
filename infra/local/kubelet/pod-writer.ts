import { isDeepStrictEqual } from 'node:util';
import type { PodRegistry } from '../api/pods/pod-registry.ts';
import type { Pod, PodStatus } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';
import type { PodWriter } from './pod/report-status.ts';

/** What a kubelet does with the API about its Pods; a status that says nothing new is not written. */
export function createPodWriter({ store, pods }: { store: Store; pods: PodRegistry }): PodWriter {
  function current(pod: Pod): Pod | undefined {
    const found = pods.find(pod.metadata.namespace ?? '', pod.metadata.name);
    return found?.metadata.uid === pod.metadata.uid ? found : undefined;
  }
  return {
    current,
    writeStatus(stored, status) {
      const next = JSON.parse(JSON.stringify(status)) as PodStatus;
      if (!isDeepStrictEqual(next, JSON.parse(JSON.stringify(stored.status)))) {
        store.put('pods', { ...stored, status: next });
      }
    },
    finalDelete(pod) {
      const { namespace = '', name, uid } = pod.metadata;
      if (current(pod)) pods.remove(namespace, name, { gracePeriodSeconds: 0, uid });
    },
  };
}
