import { describe, expect, it } from 'vitest';
import { at, running, terminated, waiting } from '../../support/pod-object.ts';
import { followed, type Step, told } from './follow-steps.ts';

/*
 * Nodes that are no kubelets (KWOK, virtual-kubelet, Fargate, ACI) show no containerID, or only at the top of the status.
 * A run is named here as its identity is: restart/<restartCount>/<second it started>. That each id follows from the
 * event's own bytes is checked for every event.
 */

const A = 'containerd://a';
const app = (state: Record<string, unknown>, restartCount = 0, lastState = {}, containerID = '') => ({
  containers: [{ state, containerID, restartCount, lastState }],
});
const end = (exitCode: number, from: number | null, to: number | null, reason = 'Error') =>
  terminated(null, exitCode, from, to, reason);
const deletion = { timestamp: at(60), grace: 30 };
const LOST = end(137, null, null, 'ContainerStatusUnknown');
const untimed = { running: {} };

const table: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
  [
    'lives as any other: start, end, restart, deletion, gone',
    [
      { watch: app(waiting()) },
      { watch: app(running(2)) },
      { watch: app(end(1, 2, 29)) },
      { watch: app(running(32), 1) },
      { watch: { ...app(running(32), 1), deletion } },
      { deleted: { ...app(running(32), 1), deletion } },
    ],
    [
      ...['preStart - status', 'postStart restart/0/00:02 status', 'postStop restart/0/00:02 status 1 Error'],
      ...['postStart restart/1/00:32 status', 'preStop restart/1/00:32 status podDeleted'],
      'postStop restart/1/00:32 inferred unknown',
    ],
  ],
  [
    'that is deleted by force was stopped, how nobody knows',
    [{ watch: app(running(2), 3) }, { restart: true }, { deleted: app(running(2), 3) }],
    [
      'postStart restart/3/00:02 status skipped=3',
      ...['preStop restart/3/00:02 inferred vanished', 'postStop restart/3/00:02 inferred unknown'],
    ],
  ],
  [
    'is told from lastState under its own count, not the status’s',
    [
      { watch: app(running(2)) },
      { watch: app(running(32), 1, end(1, 2, 29)) },
      { list: [app(running(50), 3, end(4, 40, 49))] },
    ],
    [
      ...['postStart restart/0/00:02 status', 'postStop restart/0/00:02 recovered 1 Error'],
      ...['postStart restart/1/00:32 status', 'postStop restart/1/00:32 inferred unknown'],
      ...['postStart restart/2/00:40 recovered', 'postStop restart/2/00:40 recovered 4 Error'],
      'postStart restart/3/00:50 recovered',
    ],
  ],
  [
    'whose node counts nothing is told apart by its start',
    [{ watch: app(running(2)) }, { watch: app(running(32), 0, end(1, 2, 29)) }, { watch: app(running(52)) }],
    [
      ...['postStart restart/0/00:02 status', 'postStop restart/0/00:02 recovered 1 Error'],
      ...['postStart restart/0/00:32 status', 'postStop restart/0/00:32 inferred unknown'],
      'postStart restart/0/00:52 status',
    ],
  ],
  [
    'that began in the same second as the one before is told apart by its count',
    [{ watch: app(running(2)) }, { watch: app(end(1, 2, 2)) }, { watch: app(running(2), 1) }],
    [
      'postStart restart/0/00:02 status',
      'postStop restart/0/00:02 status 1 Error',
      'postStart restart/1/00:02 status',
    ],
  ],
  [
    'stays the same when a later status lacks its start',
    [
      { watch: app(running(2)) },
      { watch: { ...app(untimed), deletion } },
      { watch: { ...app(end(0, null, 40, 'Completed')), deletion } },
    ],
    [
      ...['postStart restart/0/00:02 status', 'preStop restart/0/00:02 status podDeleted'],
      'postStop restart/0/00:02 status 0 Completed',
    ],
  ],
  [
    'stays the same when a later status adds its start',
    [
      { watch: app(untimed) },
      { restart: true },
      { watch: { ...app(running(2)), deletion } },
      { watch: { ...app(end(0, 2, 40)), deletion } },
    ],
    [
      'postStart restart/0/ status',
      'preStop restart/0/ status podDeleted',
      'postStop restart/0/ status 0 Error',
    ],
  ],
  [
    'stays the same when a later status adds a containerID',
    [
      { watch: app(running(2)) },
      { watch: app(running(2), 0, {}, A) },
      { watch: app(terminated(A, 3, 2, 9), 0, {}, A) },
    ],
    ['postStart restart/0/00:02 status', 'postStop restart/0/00:02 status 3 Error'],
  ],
  [
    'ends although only its beginning showed a containerID',
    [{ watch: app(running(2), 0, {}, A) }, { watch: app(end(3, 2, 9)) }],
    ['postStart a status', 'postStop a status 3 Error'],
  ],
  [
    'whose containerID stands at the top of the status alone has that',
    [
      { watch: app(running(2), 0, {}, A) },
      { watch: app(end(3, 2, 9), 0, {}, A) },
      { watch: app(running(12), 1, end(3, 2, 9), 'containerd://b') },
    ],
    ['postStart a status', 'postStop a status 3 Error', 'postStart b status'],
  ],
  [
    'that waits for its restart is the one that ended, however the node counts by then',
    [
      { watch: app(running(2)) },
      { watch: app(end(1, 2, 9)) },
      { watch: app(waiting('CrashLoopBackOff'), 0, end(1, 2, 9)) },
      { watch: app(waiting('CrashLoopBackOff'), 1, end(1, 2, 9)) },
      { watch: app(running(20), 1, end(1, 2, 9)) },
    ],
    [
      'postStart restart/0/00:02 status',
      'postStop restart/0/00:02 status 1 Error',
      'postStart restart/1/00:20 status',
    ],
  ],
  [
    'that is told from lastState stays the same when its node begins to count anew',
    [
      { watch: app(running(2), 4) },
      { watch: app(running(32), 0, end(1, 2, 29)) },
      { watch: app(running(52), 1, end(2, 32, 50)) },
    ],
    [
      ...['postStart restart/4/00:02 status skipped=4', 'postStop restart/4/00:02 recovered 1 Error'],
      ...['postStart restart/0/00:32 status', 'postStop restart/0/00:32 recovered 2 Error'],
      'postStart restart/1/00:52 status',
    ],
  ],
  [
    'of the same second as a known one, and counted higher, is another, also in lastState',
    [{ watch: app(running(2)) }, { watch: app(running(3), 2, end(1, 2, 3)) }],
    [
      ...['postStart restart/0/00:02 status', 'postStop restart/0/00:02 inferred unknown'],
      ...['postStart restart/1/00:02 recovered', 'postStop restart/1/00:02 recovered 1 Error'],
      'postStart restart/2/00:03 status',
    ],
  ],
  [
    'of the same second as its successor stays the older one',
    [{ watch: app(running(2), 1, end(1, 2, 2)) }, { watch: app(end(3, 2, 9), 1, end(1, 2, 2)) }],
    [
      ...['postStart restart/0/00:02 recovered', 'postStop restart/0/00:02 recovered 1 Error'],
      ...['postStart restart/1/00:02 status', 'postStop restart/1/00:02 status 3 Error'],
    ],
  ],
  [
    'that is only seen as ended has begun, also without any time',
    [{ watch: app(end(7, null, null)) }, { watch: app(end(7, null, null)) }, { watch: app(running(9), 1) }],
    ['postStart restart/0/ status', 'postStop restart/0/ status 7 Error', 'postStart restart/1/00:09 status'],
  ],
  [
    'can be lost by a node, and its true end amends that',
    [{ watch: app(running(2)) }, { watch: app(LOST, 1) }, { watch: app(end(5, 2, 9)) }],
    [
      ...[
        'postStart restart/0/00:02 status',
        'postStop restart/0/00:02 status unknown ContainerStatusUnknown',
      ],
      'postStop restart/0/00:02 status 5 Error amended',
    ],
  ],
  [
    'that a kubelet made up is nobody’s: lost before it ran, or of an init container that was collected',
    [
      { watch: app(LOST) },
      { watch: app(end(137, null, null, 'RestartingAllContainers')) },
      { watch: { init: [{ name: 'setup', state: end(0, null, null, 'Completed') }] } },
    ],
    [],
  ],
];

describe('a run without a containerID', () => {
  it.each(table)('%s', (_name, steps, expected) => {
    expect(told(steps)).toEqual(expected);
  });

  it('has no id in its events, and its own restartCount and start', () => {
    const events = followed([{ watch: app(running(2)) }, { watch: app(running(32), 1, end(1, 2, 29)) }]);
    expect(events.map(({ data }) => 'container' in data && data.container)).toMatchObject([
      { id: null, restartCount: 0, startedAt: at(2) },
      { id: null, restartCount: 0, startedAt: at(2) },
      { id: null, restartCount: 1, startedAt: at(32) },
    ]);
  });

  it('in the baseline is told of if that is wanted, and only what runs', () => {
    const pods = [
      { ...app(running(32), 1, end(1, 2, 29)), uid: 'uid-1' },
      { ...app(end(0, 2, 9)), uid: 'uid-2' },
    ];
    const steps: Step[] = [{ list: pods }, { watch: { ...app(end(0, 32, 40), 1), uid: 'uid-1' } }];
    expect(told(steps, { from: 'nothing' })).toEqual([
      ...['postStart restart/1/00:32 recovered', 'postStop restart/1/00:32 status 0 Error'],
    ]);
  });
});
