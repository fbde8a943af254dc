import type { Kubelet } from './kubelet.ts';

/**
 * The kubelets as one: each call goes to the one whose Pod it is about.
 *
 * @throws Error for a Pod that is on no node yet.
 */
export function allKubelets(kubelets: readonly Kubelet[]): Omit<Kubelet, 'owns'> {
  const of = (namespace: string, name: string): Kubelet => {
    const found = kubelets.find((kubelet) => kubelet.owns(namespace, name));
    if (!found) throw new Error(`Pod ${namespace}/${name} is on no node yet`);
    return found;
  };
  return {
    logs: {
      read: (pod, container, previous) =>
        kubelets
          .map(({ logs }) => logs.read(pod, container, previous))
          .find((output) => output !== undefined),
    },
    killProcess: (namespace, name, container) => of(namespace, name).killProcess(namespace, name, container),
    killForMemory: (namespace, name, container) =>
      of(namespace, name).killForMemory(namespace, name, container),
    evictForNodePressure: (namespace, name, resource) =>
      of(namespace, name).evictForNodePressure(namespace, name, resource),
    resync: (namespace, name) => of(namespace, name).resync(namespace, name),
    close() {
      for (const each of kubelets) each.close();
    },
  };
}
