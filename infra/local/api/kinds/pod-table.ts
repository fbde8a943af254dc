import type { Pod, PodStatus } from '../../objects/pod.ts';
import { age, column, type TableFormat } from '../resource/table.ts';

/** `kubectl get pods`: NAME READY STATUS RESTARTS AGE, and IP, NODE for `-o wide`. */
export const podTable: TableFormat = {
  columns: [
    column('Name', 'name'),
    column('Ready'),
    column('Status'),
    column('Restarts'),
    column('Age'),
    column('IP', '', 1),
    column('Node', '', 1),
  ],
  cells(object, nowMs) {
    const { metadata, spec, status } = object as Pod;
    const main = status.containerStatuses ?? [];
    const ready = main.filter((container) => container.ready && container.state.running).length;
    const restarts = main.reduce((sum, container) => sum + container.restartCount, 0);
    return [
      metadata.name,
      `${ready}/${spec.containers.length}`,
      metadata.deletionTimestamp === undefined ? podReason(status) : 'Terminating',
      String(restarts),
      age(metadata.creationTimestamp, nowMs),
      typeof status.podIP === 'string' ? status.podIP : '<none>',
      spec.nodeName ?? '<none>',
    ];
  },
};

/** The STATUS column, after `printPod` in kubernetes/pkg/printers/internalversion. */
function podReason(status: PodStatus): string {
  for (const [index, { state }] of (status.initContainerStatuses ?? []).entries()) {
    if (state.terminated?.exitCode === 0 || (state.running && isSidecarRunning(status, index))) continue;
    if (state.terminated) return `Init:${state.terminated.reason}`;
    const waiting = state.waiting?.reason;
    if (waiting && waiting !== 'PodInitializing') return `Init:${waiting}`;
    return `Init:${index}/${status.initContainerStatuses?.length ?? 0}`;
  }
  const states = (status.containerStatuses ?? []).map(({ state }) => state);
  const stuck = states
    .map((state) => state.waiting?.reason ?? state.terminated?.reason)
    .find((reason) => reason);
  if (stuck === 'Completed' && states.some((state) => state.running)) return 'NotReady';
  return status.reason ?? stuck ?? status.phase;
}

function isSidecarRunning(status: PodStatus, index: number): boolean {
  return status.initContainerStatuses?.[index]?.started === true && status.phase === 'Running';
}
