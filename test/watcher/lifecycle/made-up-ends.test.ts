import { describe, expect, it } from 'vitest';
import { createClusterView } from '../../../watcher/lifecycle/cluster-view.ts';
import { MIRROR_GRACE_MS, MIRROR_MEMORY_MS, MOST_AWAY } from '../../../watcher/lifecycle/mirror-absence.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { at, type PodOptions, podObject, running, terminated, waiting } from '../../support/pod-object.ts';
import { NOW_MS, type Step, told } from './follow-steps.ts';

/* An end that the kubelet made up can be taken back: the run lives on, and its true end amends what was told. */

const [A, B] = ['containerd://a', 'containerd://b'];
const app = (state: Record<string, unknown>, containerID = '', restartCount = 0, lastState = {}) => ({
  containers: [{ state, containerID, restartCount, lastState }],
});
const deletion = { timestamp: at(600), grace: 30 };
const LOST = terminated(null, 137, null, null, 'ContainerStatusUnknown');
const alive: Step = { watch: app(running(5), A) };
const lost: Step = { watch: app(LOST, A, 1) };
const ended: Step = { watch: app(terminated(A, 0, 5, 90, 'Completed'), A) };
const startAndLoss = ['postStart a status', 'postStop a status unknown ContainerStatusUnknown'];
const amended = 'postStop a status 0 Completed amended';

const table: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
  ['its true end', [alive, lost, alive, ended], [...startAndLoss, amended]],
  [
    'a Killing Event, and its true end, across restarts of the watcher',
    [
      alive,
      lost,
      { restart: true },
      alive,
      { restart: true },
      { event: { reason: 'Killing', lastSeconds: 30 } },
      ended,
    ],
    [...startAndLoss, 'preStop a event killing', amended],
  ],
  [
    'its deletion, when a comparison finds it alive',
    [alive, lost, { list: [app(running(5), A)] }, { watch: { ...app(running(5), A), deletion } }],
    [...startAndLoss, 'preStop a status podDeleted'],
  ],
  [
    'no second start or made-up end',
    [alive, lost, alive, lost, alive, lost, ended],
    [...startAndLoss, amended],
  ],
  [
    'no second preStop',
    [
      { watch: { ...app(running(5), A), deletion } },
      { watch: { ...app(LOST, A, 1), deletion } },
      { watch: { ...app(running(5), A), deletion } },
      { deleted: { ...app(running(5), A), deletion } },
    ],
    ['postStart a status', 'preStop a status podDeleted', 'postStop a status unknown ContainerStatusUnknown'],
  ],
  [
    'that its Pod vanished, and not again that nobody knows its end',
    [alive, lost, alive, { deleted: app(running(5), A) }],
    [...startAndLoss, 'preStop a inferred vanished'],
  ],
  [
    'its successor, which ends it as any other',
    [alive, lost, alive, { watch: app(running(50), B, 1, terminated(A, 3, 5, 49)) }],
    [...startAndLoss, 'postStop a recovered 3 Error amended', 'postStart b status'],
  ],
  [
    'a successor that shows nothing of it: nothing more is known',
    [alive, lost, alive, { watch: app(running(50), B, 1) }],
    [...startAndLoss, 'postStart b status'],
  ],
  [
    'an end made up in lastState, while it waits',
    [alive, { watch: app(waiting('CrashLoopBackOff'), A, 1, LOST) }, alive, ended],
    ['postStart a status', 'postStop a recovered unknown ContainerStatusUnknown', amended],
  ],
  [
    'a made-up end that names it, and the lastState that repeats it',
    [
      alive,
      { watch: app(terminated(A, 137, null, null, 'ContainerStatusUnknown'), A) },
      { watch: app(running(5), A, 1, LOST) },
      ended,
    ],
    [...startAndLoss, amended],
  ],
  [
    'containers that are all restarted',
    [
      alive,
      { watch: app(terminated(null, 137, null, null, 'RestartingAllContainers')) },
      { watch: app(running(50), B, 1) },
    ],
    ['postStart a status', 'postStop a status unknown RestartingAllContainers', 'postStart b status'],
  ],
];

describe('after a made-up end, a run that is shown running again gets', () => {
  it.each(table)('%s', (_name, steps, expected) => {
    expect(told(steps)).toEqual(expected);
  });
});

describe('what does not bring a run back', () => {
  it('a true end', () => {
    expect(told([alive, ended, alive, ended])).toEqual([
      'postStart a status',
      'postStop a status 0 Completed',
    ]);
  });

  it('a newer run beside it', () => {
    const steps: Step[] = [
      alive,
      { watch: app(running(50), B, 1) },
      alive,
      { watch: app(terminated(B, 0, 50, 60), B, 1) },
    ];
    expect(told(steps)).toEqual([
      ...[
        'postStart a status',
        'postStop a inferred unknown',
        'postStart b status',
        'postStop b status 0 Error',
      ],
    ]);
  });
});

describe('a mirror Pod that was away for more than a minute', () => {
  const mirror = (uid: string, pod: PodOptions): PodOptions => ({
    ...pod,
    uid,
    name: 'web-node1',
    annotations: { 'kubernetes.io/config.mirror': 'hash-1', 'kubernetes.io/config.hash': 'hash-1' },
  });
  const gone: Step[] = [
    { watch: mirror('m-1', app(running(5), A)) },
    { deleted: mirror('m-1', app(running(5), A)) },
    { passMs: MIRROR_GRACE_MS },
  ];
  const vanished = ['postStart a status', 'preStop a inferred vanished', 'postStop a inferred unknown'];

  it('and comes back with the exit code in lastState has its end amended', () => {
    const back: Step = { watch: mirror('m-2', app(running(90), B, 1, terminated(A, 9, 5, 80))) };
    const expected = [...vanished, 'postStop a recovered 9 Error amended', 'postStart b status'];
    expect(told([...gone, back])).toEqual(expected);
    expect(told([...gone, { passMs: MIRROR_MEMORY_MS / 2 }, { restart: true }, back])).toEqual(expected);
  });

  it('and comes back with the same container running lives on', () => {
    const back = [
      { watch: mirror('m-2', app(running(5), A)) },
      { watch: mirror('m-2', app(terminated(A, 9, 5, 80), A)) },
    ];
    expect(told([...gone, ...back])).toEqual([...vanished, 'postStop a status 9 Error amended']);
  });

  it('is not waited for any longer when the clock of the watcher is put back', () => {
    const steps: Step[] = [...gone.slice(0, 2), { passMs: -3_600_000 }, { passMs: 2 * MIRROR_GRACE_MS }];
    expect(told(steps)).toEqual(vanished);
  });

  it('is forgotten after a day, and before that if too many are away', () => {
    const view = createClusterView();
    const pods = Array.from({ length: MOST_AWAY + 5 }, (_, index) => {
      const annotations = {
        'kubernetes.io/config.mirror': `h-${index}`,
        'kubernetes.io/config.hash': `h-${index}`,
      };
      return projectPod(
        podObject({ ...app(running(5), A), uid: `m-${index}`, name: `web-${index}-node1`, annotations }),
      );
    });
    for (const [index, pod] of pods.entries()) {
      if (pod === null) throw new Error('not a Pod');
      view.seen(pod, 'watch');
      view.gone(pod, NOW_MS + index);
    }
    const settle = (nowMs: number) => {
      const transitions = view.away().flatMap((key) => view.settle(key, nowMs));
      view.tidy(0);
      return transitions;
    };
    expect(settle(NOW_MS + 2 * MIRROR_GRACE_MS)).toHaveLength(2 * pods.length);
    expect(view.keys()).toHaveLength(MOST_AWAY);
    expect(view.keys()).not.toContain(pods[0]?.key);
    expect(settle(NOW_MS + MIRROR_MEMORY_MS + pods.length)).toEqual([]);
    expect(view.keys()).toEqual([]);
  });
});
