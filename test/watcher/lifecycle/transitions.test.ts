import { describe, expect, it } from 'vitest';
import { createClusterView } from '../../../watcher/lifecycle/cluster-view.ts';
import { MIRROR_GRACE_MS } from '../../../watcher/lifecycle/mirror-absence.ts';
import { projectNotice } from '../../../watcher/lifecycle/snapshot/kubelet-notice.ts';
import type { PodSnapshot } from '../../../watcher/lifecycle/snapshot/pod-snapshot.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import type { Transition } from '../../../watcher/lifecycle/transition.ts';
import {
  at,
  eventObject,
  type PodOptions,
  podObject,
  running,
  terminated,
  waiting,
} from '../../support/pod-object.ts';

type Step =
  | { readonly watch: PodOptions }
  | { readonly list: PodOptions }
  | { readonly deleted: PodOptions }
  | { readonly vanished: string }
  | { readonly event: Parameters<typeof eventObject>[0]; readonly listed?: boolean };

const A = 'containerd://a';
const B = 'containerd://b';
const C = 'containerd://c';
const app = (state: Record<string, unknown>, containerID = '', restartCount = 0, lastState = {}) => ({
  containers: [{ state, containerID, restartCount, lastState }],
});
const deletion = { timestamp: at(60), grace: 30 };

/** [what happens, steps, hooks as `hook run observation detail`] */
const table: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
  [
    'a run that dies in its native postStart hook is recovered from lastState, start and end',
    [{ watch: app(waiting()) }, { watch: app(waiting('PostStartHookError'), A, 0, terminated(A, 1, 5, 6)) }],
    ['preStart - status', 'postStart a recovered', 'postStop a recovered 1 Error'],
  ],
  [
    'a restart without a terminated state in between ends the old run from lastState, older run first',
    [{ watch: app(running(5), A) }, { watch: app(running(9), B, 1, terminated(A, 137, 5, 8, 'OOMKilled')) }],
    ['postStart a status', 'postStop a recovered 137 OOMKilled', 'postStart b status'],
  ],
  [
    'a run first seen terminated has started and ended',
    [{ watch: app(waiting()) }, { watch: app(terminated(A, 0, 5, 5, 'Completed'), A) }],
    ['preStart - status', 'postStart a status', 'postStop a status 0 Completed'],
  ],
  [
    'five restarts in one update: the last two runs, and the others counted',
    [{ watch: app(running(5), A) }, { watch: app(running(90), C, 5, terminated(B, 1, 70, 80)) }],
    [
      'postStart a status',
      'postStop a inferred null',
      'postStart b recovered skipped=3',
      'postStop b recovered 1 Error',
      'postStart c status',
    ],
  ],
  [
    'a Pod first seen with restarts behind it counts the runs nobody can show',
    [{ list: app(waiting('CrashLoopBackOff'), B, 4, terminated(B, 1, 70, 80)) }],
    ['postStart b recovered skipped=4', 'postStop b recovered 1 Error'],
  ],
  [
    'a restartCount that was reset invents nothing',
    [
      { watch: app(running(5), A, 7) },
      { watch: app(running(9), B, 0, terminated(A, 1, 5, 8)) },
      { watch: app(running(12), C, 1, terminated(B, 1, 9, 11)) },
    ],
    [
      'postStart a status skipped=7',
      'postStop a recovered 1 Error',
      'postStart b status',
      'postStop b recovered 1 Error',
      'postStart c status',
    ],
  ],
  [
    'a Pod deleted before its containers ran, which start all the same: postStart and preStop together',
    [
      { watch: app(waiting()) },
      { watch: { ...app(waiting()), deletion } },
      { watch: { ...app(running(31), A), deletion } },
    ],
    ['preStart - status', 'postStart a status', 'preStop a status podDeleted'],
  ],
  [
    'a synthetic end of a container that never ran is nobody’s postStop',
    [
      { watch: app(waiting()) },
      { watch: { ...app(terminated(null, 137, null, null, 'ContainerStatusUnknown')), deletion } },
      { deleted: { ...app(terminated(null, 137, null, null, 'ContainerStatusUnknown')), deletion } },
    ],
    ['preStart - status'],
  ],
  [
    'a synthetic end of a known run is its postStop, with the exit code unknown',
    [
      { watch: app(running(5), A) },
      { watch: app(terminated(null, 137, null, null, 'ContainerStatusUnknown')) },
    ],
    ['postStart a status', 'postStop a status null ContainerStatusUnknown'],
  ],
  [
    'a synthetic lastState ends the run that a new one replaced',
    [
      { watch: app(running(5), A) },
      { watch: app(running(9), B, 1, terminated(null, 137, null, null, 'ContainerStatusUnknown')) },
    ],
    ['postStart a status', 'postStop a recovered null ContainerStatusUnknown', 'postStart b status'],
  ],
  [
    'the true exit code of a run whose end was unknown comes as an amendment',
    [
      { watch: app(running(5), A) },
      { watch: app(terminated(null, 137, null, null, 'ContainerStatusUnknown')) },
      { watch: app(terminated(A, 3, 5, 8), A) },
    ],
    [
      'postStart a status',
      'postStop a status null ContainerStatusUnknown',
      'postStop a status 3 Error amended',
    ],
  ],
  [
    'a container that could not be started has ended, and never started',
    [
      { watch: app(waiting()) },
      {
        watch: {
          containers: [
            {
              containerID: A,
              state: {
                terminated: {
                  exitCode: 128,
                  reason: 'StartError',
                  containerID: A,
                  startedAt: '1970-01-01T00:00:00Z',
                  finishedAt: at(5),
                },
              },
            },
          ],
        },
      },
    ],
    ['preStart - status', 'postStop a status 128 StartError'],
  ],
  [
    'a created container that has not started yet is no run',
    [{ watch: app({ waiting: {} }, A) }, { watch: app(running(5), A) }],
    ['postStart a status'],
  ],
  [
    'no preStart before a node is assigned, none for an image that cannot be pulled',
    [{ watch: { ...app(waiting()), nodeName: null } }, { watch: app(waiting('ErrImagePull')) }],
    [],
  ],
  [
    'a deletion and an end found together in a list: the run was alive when its end was requested',
    [{ watch: app(running(5), A) }, { list: { ...app(terminated(A, 0, 5, 40, 'Completed'), A), deletion } }],
    ['postStart a status', 'preStop a recovered podDeleted', 'postStop a recovered 0 Completed'],
  ],
  [
    'a run that had ended before the deletion was requested gets no preStop',
    [{ watch: app(running(5), A) }, { list: { ...app(terminated(A, 0, 5, 30, 'Completed'), A), deletion } }],
    ['postStart a status', 'postStop a recovered 0 Completed'],
  ],
  [
    'an eviction is named so, with its reason',
    [
      { watch: app(running(5), A) },
      {
        watch: {
          ...app(running(5), A),
          deletion,
          conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }],
        },
      },
    ],
    ['postStart a status', 'preStop a status evicted EvictionByEvictionAPI'],
  ],
  [
    'an eviction by the node has no deletionTimestamp: the end alone is told',
    [
      { watch: app(running(5), A) },
      {
        watch: {
          ...app(terminated(A, 137, 5, 8), A),
          conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }],
        },
      },
    ],
    ['postStart a status', 'postStop a status 137 Error'],
  ],
  [
    'a Pod that vanished while it ran was stopped, how nobody knows',
    [{ watch: app(running(5), A) }, { vanished: 'uid-1' }],
    ['postStart a status', 'preStop a inferred vanished', 'postStop a inferred null'],
  ],
  [
    'the same name with a new UID is another Pod',
    [{ watch: app(running(5), A) }, { list: { ...app(running(9), B), uid: 'uid-2' } }, { vanished: 'uid-1' }],
    [
      'postStart a status',
      'postStart b recovered',
      'preStop a inferred vanished',
      'postStop a inferred null',
    ],
  ],
  [
    'a Killing Event names the run before the Pod does; the deletion adds nothing',
    [
      { watch: app(running(5), A) },
      { event: { reason: 'Killing', lastSeconds: 30 } },
      { watch: { ...app(running(5), A), deletion } },
    ],
    ['postStart a status', 'preStop a event killing'],
  ],
  [
    'a Killing Event from before the run started is about another run',
    [{ watch: app(running(31), A) }, { event: { reason: 'Killing', lastSeconds: 30 } }],
    ['postStart a status'],
  ],
  [
    'a listed Killing Event of the second in which the run started is not attributed to it',
    [{ watch: app(running(30), A) }, { event: { reason: 'Killing', lastSeconds: 30 }, listed: true }],
    ['postStart a status'],
  ],
  [
    'a repeated hook failure is one event per occurrence',
    [
      { watch: app(waiting()) },
      { event: { reason: 'FailedPostStartHook', lastSeconds: 6 } },
      { event: { reason: 'FailedPostStartHook', lastSeconds: 9, count: 2 } },
    ],
    ['preStart - status', 'hookFailed - event postStart event-1/1', 'hookFailed - event postStart event-1/2'],
  ],
  [
    'an ephemeral container and a sidecar have lifecycles of their own',
    [
      {
        watch: {
          sidecars: ['proxy'],
          init: [{ name: 'proxy', state: running(3), containerID: B }],
          ephemeral: [{ name: 'debug', state: running(9), containerID: C }],
          ...app(running(5), A),
        },
      },
    ],
    ['postStart b status sidecar', 'postStart a status', 'postStart c status ephemeral'],
  ],
  [
    'a known run shown again, readiness, back-off: nothing',
    [
      { watch: app(running(5), A) },
      { watch: app(terminated(A, 3, 5, 8), A) },
      { watch: app(waiting('CrashLoopBackOff'), A, 0, terminated(A, 3, 5, 8)) },
      { list: app(waiting('CrashLoopBackOff'), A, 0, terminated(A, 3, 5, 8)) },
    ],
    ['postStart a status', 'postStop a status 3 Error'],
  ],
];

describe('what a change means', () => {
  it.each(table)('%s', (_name, steps, expected) => {
    const view = createClusterView();
    expect(steps.flatMap((step) => run(view, step)).map(describeTransition)).toEqual(expected);
  });
});

describe('a mirror Pod', () => {
  const mirror = (uid: string, state: Record<string, unknown>, id: string): PodOptions => ({
    ...app(state, id),
    uid,
    name: 'web-node1',
    annotations: { 'kubernetes.io/config.mirror': 'hash-1', 'kubernetes.io/config.hash': 'hash-1' },
  });

  it('that is deleted and comes back with a new UID tells nothing about its containers', () => {
    const view = createClusterView();
    const transitions = [
      ...run(view, { watch: mirror('m-1', running(5), A) }),
      ...run(view, { watch: { ...mirror('m-1', running(5), A), deletion } }),
      ...view.gone(pod({ ...mirror('m-1', running(5), A), deletion }), 1_000),
      ...run(view, { watch: mirror('m-2', running(5), A) }),
      ...settled(view, 1_000 + MIRROR_GRACE_MS),
    ];
    expect(transitions.map(describeTransition)).toEqual(['postStart a status']);
  });

  it('that stays gone for a minute has stopped, also when the watcher restarted meanwhile', () => {
    const view = createClusterView();
    run(view, { watch: mirror('m-1', running(5), A) });
    view.gone(pod(mirror('m-1', running(5), A)), 1_000);
    const stored = [...view.changes()].map(
      ([key, known]) => [key, JSON.parse(JSON.stringify(known))] as const,
    );
    const restarted = createClusterView(stored);
    expect(settled(restarted, 1_000 + MIRROR_GRACE_MS - 1)).toEqual([]);
    expect(settled(restarted, 1_000 + MIRROR_GRACE_MS).map(describeTransition)).toEqual([
      'preStop a inferred vanished',
      'postStop a inferred null',
    ]);
  });
});

describe('a baseline', () => {
  it('tells nothing of what it shows, and everything after it', () => {
    const view = createClusterView();
    view.baseline(pod(app(running(5), A, 3, terminated(C, 1, 1, 2))));
    const later = run(view, { watch: app(running(9), B, 4, terminated(A, 1, 5, 8)) });
    expect(later.map(describeTransition)).toEqual(['postStop a recovered 1 Error', 'postStart b status']);
  });
});

describe('rollback', () => {
  it('forgets exactly what was not committed', () => {
    const view = createClusterView();
    const first = run(view, { watch: app(running(5), A) });
    view.rollback();
    expect(run(view, { watch: app(running(5), A) })).toEqual(first);
    view.commit();
    view.rollback();
    expect(run(view, { watch: app(running(5), A) })).toEqual([]);
  });
});

function pod(options: PodOptions): PodSnapshot {
  const snapshot = projectPod(podObject(options));
  if (!snapshot) throw new Error('not a Pod');
  return snapshot;
}

function settled(view: ReturnType<typeof createClusterView>, nowMs: number): readonly Transition[] {
  return view.away().flatMap((key) => view.settle(key, nowMs));
}

function run(view: ReturnType<typeof createClusterView>, step: Step): readonly Transition[] {
  if ('watch' in step) return view.seen(pod(step.watch), 'watch');
  if ('list' in step) return view.seen(pod(step.list), 'list');
  if ('deleted' in step) return view.gone(pod(step.deleted), 0);
  if ('vanished' in step) return view.vanished(step.vanished, 0);
  const notice = projectNotice(eventObject(step.event));
  if (!notice) throw new Error('not a notice');
  const outcome = view.notice(notice, step.listed ?? false);
  return outcome.kind === 'told' ? outcome.transitions : [];
}

function describeTransition(transition: Transition): string {
  const { hook, observation, container } = transition;
  const id = container.id?.replace('containerd://', '') ?? '-';
  const words = [hook, id, observation, ...detail(transition)];
  if (container.skippedRuns > 0) words.push(`skipped=${container.skippedRuns}`);
  if (container.kind !== 'app') words.push(container.kind);
  return words.join(' ');
}

function detail(transition: Transition): string[] {
  switch (transition.hook) {
    case 'preStop':
      return [transition.stop.trigger, ...(transition.stop.reason ? [transition.stop.reason] : [])];
    case 'postStop': {
      const { code, reason } = transition.exit;
      return [String(code), ...(reason ? [reason] : []), ...(transition.amends ? ['amended'] : [])];
    }
    case 'hookFailed':
      return [transition.failed, `${transition.event.uid}/${transition.event.count}`];
    default:
      return [];
  }
}
