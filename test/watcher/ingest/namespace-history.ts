import type { PodSnapshot } from '../../../watcher/lifecycle/snapshot/pod-snapshot.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import type { PodChange } from '../../../watcher/source/sink/source-batch.ts';
import { podObject, running, terminated, waiting } from '../../support/pod-object.ts';

/** What the API server told, in order: of all namespaces on one line of resourceVersions. */
export type ToldChange = { readonly rv: number; readonly change: PodChange };

/** One step in the life of the Pod in a place: what comes next for it, or another run where both could. */
export type Step = { readonly namespace: string; readonly place: number; readonly restarts: boolean };

type Life = { readonly uid: string; stage: 'waiting' | 'running' | 'ended'; run: number };

/** Pods that start, restart, end and are deleted; a new one by another UID follows. */
export function historyOf(steps: readonly Step[], firstRv: number): readonly ToldChange[] {
  const lives = new Map<string, Life>();
  return steps.map((step, index) => {
    const rv = firstRv + index;
    const where = `${step.namespace}-${step.place}`;
    const before = lives.get(where);
    if (before?.stage === 'ended') {
      lives.delete(where);
      return { rv, change: { kind: 'gone', pod: podOf(before, step.namespace, rv) } };
    }
    const life = before === undefined ? born(`${where}-${rv}`) : next(before, step.restarts);
    lives.set(where, life);
    return { rv, change: { kind: 'seen', pod: podOf(life, step.namespace, rv) } };
  });
}

/** The Pods that are there at a resourceVersion. */
export function podsAt(history: readonly ToldChange[], rv: number): readonly PodSnapshot[] {
  const pods = new Map<string, PodSnapshot>();
  for (const { rv: at, change } of history) {
    if (at > rv) break;
    if (change.kind === 'gone') pods.delete(change.pod.key);
    else pods.set(change.pod.key, change.pod);
  }
  return [...pods.values()];
}

function born(uid: string): Life {
  return { uid, stage: 'waiting', run: 0 };
}

function next(life: Life, restarts: boolean): Life {
  if (life.stage === 'waiting') return { ...life, stage: 'running' };
  return restarts ? { ...life, run: life.run + 1 } : { ...life, stage: 'ended' };
}

function podOf({ uid, stage, run }: Life, namespace: string, rv: number): PodSnapshot {
  const id = (n: number) => `containerd://${uid}-${n}`;
  const object = podObject({
    ...{ uid, name: uid, resourceVersion: rv },
    containers: [
      {
        restartCount: run,
        ...(stage !== 'waiting' && { containerID: id(run) }),
        state: {
          waiting: waiting(),
          running: running(run + 1),
          ended: terminated(id(run), 0, run + 1, run + 2),
        }[stage],
        ...(run > 0 && { lastState: terminated(id(run - 1), 1, run, run + 1) }),
      },
    ],
  });
  Object.assign(object.metadata as object, { namespace });
  const pod = projectPod(object);
  if (pod === null) throw new Error('the model makes Pods that cannot be read');
  return pod;
}
