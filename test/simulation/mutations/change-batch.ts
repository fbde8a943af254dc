import type { PodSnapshot } from '../../../watcher/lifecycle/snapshot/pod-snapshot.ts';
import type { SourceBatch } from '../../../watcher/source/sink/source-batch.ts';

/** All Pods in a batch. */
export function podsOf(batch: SourceBatch): readonly PodSnapshot[] {
  switch (batch.kind) {
    case 'changes':
      return batch.changes.map(({ pod }) => pod);
    case 'page':
      return batch.pods;
    case 'missed':
      return batch.seen;
    default:
      return [];
  }
}

/** The batch with each Pod changed. */
export function mapPods(batch: SourceBatch, change: (pod: PodSnapshot) => PodSnapshot): SourceBatch {
  switch (batch.kind) {
    case 'changes':
      return { ...batch, changes: batch.changes.map((each) => ({ ...each, pod: change(each.pod) })) };
    case 'page':
      return { ...batch, pods: batch.pods.map(change) };
    case 'missed':
      return { ...batch, seen: batch.seen.map(change) };
    default:
      return batch;
  }
}
