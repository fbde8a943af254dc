import { describe, expect, it } from 'vitest';
import { at, running, type StatusOptions, terminated, waiting } from '../../support/pod-object.ts';
import { type Step, told } from './follow-steps.ts';

/* A status can hold two entries of one name: older run first, the newer entry is the container's state. */

const [A, B, C] = ['containerd://a', 'containerd://b', 'containerd://c'] as const;
const a = (state: Record<string, unknown>, restartCount = 0): StatusOptions => ({
  state,
  containerID: A,
  restartCount,
});
const b = (state: Record<string, unknown>, restartCount = 1): StatusOptions => ({
  state,
  containerID: B,
  restartCount,
});
const both = (...containers: readonly StatusOptions[]): Step => ({ watch: { containers } });
const broken = terminated(A, 128, null, 2, 'StartError');
const diedA = a(terminated(A, 1, 1, 2));
const told2 = ['postStart a status', 'postStop a status 1 Error', 'postStart b status'];

const table: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
  ['the older first', [both(diedA, b(running(3)))], told2],
  ['the newer first', [both(b(running(3)), diedA)], told2],
  [
    'again and again, and then the newer alone',
    [both(diedA, b(running(3))), both(b(running(3)), diedA), both(b(running(3)))],
    told2,
  ],
  ['of the same count: what runs is newer than what ended', [both(b(running(3), 0), diedA)], told2],
  [
    'one that never ran',
    [both(a(waiting())), both(a(broken), b(running(3)))],
    ['preStart - status', 'postStop a status 128 StartError', 'postStart b status'],
  ],
  [
    'the same entry twice',
    [both(a(running(1)), a(running(1))), both(a(terminated(A, 0, 1, 9)), a(running(1)))],
    ['postStart a status', 'postStop a status 0 Error'],
  ],
  [
    'a run that was alive, and beside it its successor',
    [both(a(running(1))), both(diedA, b(running(3)))],
    told2,
  ],
  [
    'both running: only the newer can be alive',
    [both(a(running(1)), b(running(3))), both(a(running(1)), b(running(3))), both(diedA, b(running(3)))],
    [
      'postStart a status',
      'postStop a inferred unknown',
      'postStart b status',
      'postStop a status 1 Error amended',
    ],
  ],
  [
    'three runs in two entries',
    [both(diedA, { ...b(running(9), 2), containerID: C, lastState: terminated(B, 2, 3, 8) })],
    [
      'postStart a status',
      'postStop a status 1 Error',
      'postStart b recovered',
      'postStop b recovered 2 Error',
      'postStart c status',
    ],
  ],
  [
    'lastState of the newer and state of the older show the same run',
    [both(diedA, { ...b(running(3)), lastState: terminated(A, 1, 1, 2) })],
    told2,
  ],
  [
    'a newer one that waits, and the older one’s end',
    [
      both(a(running(1))),
      both(a(terminated(A, 1, 1, 2)), { state: waiting('CrashLoopBackOff'), restartCount: 1 }),
    ],
    ['postStart a status', 'postStop a status 1 Error'],
  ],
  [
    'one that waits beside one that runs',
    [both({ state: waiting() }, a(running(1))), both(a(running(1)), { state: waiting() })],
    ['postStart a status'],
  ],
  ['in two status arrays', [{ watch: { init: [diedA], containers: [b(running(3))] } }], told2],
  [
    'without containerIDs',
    [both({ state: terminated(null, 1, 1, 2) }, { state: running(3), restartCount: 1 })],
    [
      'postStart restart/0/00:01 status',
      'postStop restart/0/00:01 status 1 Error',
      'postStart restart/1/00:03 status',
    ],
  ],
  [
    'which are deleted: one preStop, of the run that is alive',
    [
      both(diedA, b(running(3))),
      { watch: { containers: [diedA, b(running(3))], deletion: { timestamp: at(60), grace: 30 } } },
      { deleted: { containers: [diedA, b(running(3))], deletion: { timestamp: at(60), grace: 30 } } },
    ],
    [...told2, 'preStop b status podDeleted', 'postStop b inferred unknown'],
  ],
];

describe('two entries of one name', () => {
  it.each(table)('%s', (_name, steps, expected) => {
    expect(told(steps)).toEqual(expected);
  });

  it('do not touch the other containers, whose order stays', () => {
    const other = (name: string, id: string): StatusOptions => ({ name, state: running(1), containerID: id });
    expect(
      told([
        both(other('x', A), b(running(3)), other('y', C), {
          ...diedA,
          containerID: 'containerd://d',
          state: terminated('containerd://d', 1, 1, 2),
        }),
      ]),
    ).toEqual([
      ...['postStart a status', 'postStart d status', 'postStop d status 1 Error', 'postStart b status'],
      'postStart c status',
    ]);
  });
});
