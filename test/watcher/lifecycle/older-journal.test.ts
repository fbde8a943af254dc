import { describe, expect, it } from 'vitest';
import { createClusterView } from '../../../watcher/lifecycle/cluster-view.ts';
import { readKnownPod } from '../../../watcher/lifecycle/read-known-pod.ts';
import type { PodSnapshot } from '../../../watcher/lifecycle/snapshot/pod-snapshot.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { at, type PodOptions, podObject, running, terminated } from '../../support/pod-object.ts';

/** A Pod as an older version stored it, two runs of one container told, while it was being deleted. */
const STORED = {
  pod: { uid: 'uid-1', namespace: 'shop', name: 'web', node: 'node1', labels: { app: 'web' }, owner: null },
  mirror: false,
  goneSinceMs: null,
  deletion: { timestamp: at(60), gracePeriodSeconds: 30 },
  disruption: null,
  containers: [
    {
      ...{ name: 'app', kind: 'app', image: 'web:1', imageId: 'sha256:1', restartCount: 4, announced: true },
      accounted: 4,
      runs: [
        { containerId: 'containerd://a', startedAt: at(1), stopping: false, end: 'known' },
        { containerId: 'containerd://b', startedAt: at(9), stopping: true, end: 'alive' },
      ],
    },
  ],
};

describe('a journal of an older version', () => {
  it('is gone on from as if it were of this one', () => {
    const view = createClusterView([['uid-1', readKnownPod('uid-1', JSON.stringify(STORED))]]);
    const deletion = { timestamp: at(60), grace: 30 };
    const b = { state: running(9), containerID: 'containerd://b', restartCount: 4 };
    expect(view.seen(pod({ containers: [b], deletion }), 'watch')).toEqual([]);
    const ended = {
      ...b,
      state: terminated('containerd://b', 0, 9, 40),
      lastState: terminated('containerd://a', 1, 1, 8),
    };
    const hooks = view.seen(pod({ containers: [ended], deletion }), 'watch');
    expect(hooks.map(({ hook, container }) => `${hook} ${container.id}`)).toEqual([
      'postStop containerd://b',
    ]);
    expect(view.seen(pod({ containers: [ended], deletion }), 'restoredList')).toEqual([]);
  });

  it('is told what it did not remember: the counts of runs, and when the deletion was asked for', () => {
    const { deletionRequestedAt, containers } = readKnownPod('uid-1', JSON.stringify(STORED));
    expect(deletionRequestedAt).toBe(at(30));
    expect(containers[0]?.runs.map(({ restartCount }) => restartCount)).toEqual([3, 4]);
  });

  it('can hold a deletion that leads to no moment', () => {
    const deletion = { timestamp: at(60), gracePeriodSeconds: 9_000_000_000_000 };
    expect(readKnownPod('uid-1', JSON.stringify({ ...STORED, deletion })).deletionRequestedAt).toBeNull();
  });
});

function pod(options: PodOptions): PodSnapshot {
  const snapshot = projectPod(podObject(options));
  if (!snapshot) throw new Error('not a Pod');
  return snapshot;
}
