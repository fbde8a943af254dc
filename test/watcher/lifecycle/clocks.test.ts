import { describe, expect, it } from 'vitest';
import { at, running, terminated, waiting } from '../../support/pod-object.ts';
import { followed, type Step, told } from './follow-steps.ts';

/* Nodes' clocks jump and drift: no time of one decides what a run is, or whether it is told. */

const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((id) => `containerd://${id}`) as [
  string,
  string,
  string,
  string,
];
const app = (state: Record<string, unknown>, containerID = '', restartCount = 0, lastState = {}) => ({
  containers: [{ state, containerID, restartCount, lastState }],
});
const deletion = { timestamp: at(60), grace: 30 };
/** A run that began an hour ahead of all others. */
const AHEAD = 3_600;

const table: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
  [
    'a newer run with an earlier start is told from its start to its end',
    [
      { watch: app(running(AHEAD), A) },
      { watch: app(running(5), B, 1, terminated(A, 1, AHEAD, AHEAD + 9)) },
      { watch: { ...app(running(5), B, 1), deletion } },
      { watch: { ...app(terminated(B, 0, 5, 40, 'Completed'), B, 1), deletion } },
    ],
    [
      'postStart a status',
      'postStop a recovered 1 Error',
      'postStart b status',
      'preStop b status podDeleted',
      'postStop b status 0 Completed',
    ],
  ],
  [
    'its end is told also when its Pod is deleted by force',
    [
      { watch: app(running(AHEAD), A) },
      { watch: app(running(5), B, 1, terminated(A, 1, AHEAD, AHEAD + 9)) },
      { deleted: app(running(5), B, 1, terminated(A, 1, AHEAD, AHEAD + 9)) },
    ],
    [
      'postStart a status',
      'postStop a recovered 1 Error',
      'postStart b status',
      'preStop b inferred vanished',
      'postStop b inferred unknown',
    ],
  ],
  [
    'a run that is seen only as ended, with an earlier start, in state and in lastState',
    [
      { watch: app(running(AHEAD), A) },
      { watch: app(terminated(B, 2, 5, 6), B, 1, terminated(A, 1, AHEAD, AHEAD + 9)) },
      { watch: app(waiting('CrashLoopBackOff'), C, 2, terminated(C, 3, 4, 4)) },
    ],
    [
      ...[
        'postStart a status',
        'postStop a recovered 1 Error',
        'postStart b status',
        'postStop b status 2 Error',
      ],
      ...['postStart c recovered', 'postStop c recovered 3 Error'],
    ],
  ],
  [
    'a clock that steps back at each restart',
    [
      { watch: app(running(90), A) },
      { watch: app(running(60), B, 1, terminated(A, 1, 90, 91)) },
      { watch: app(running(30), C, 2, terminated(B, 1, 60, 61)) },
      { watch: app(running(0), D, 3, terminated(C, 1, 30, 31)) },
    ],
    [
      ...[
        'postStart a status',
        'postStop a recovered 1 Error',
        'postStart b status',
        'postStop b recovered 1 Error',
      ],
      ...['postStart c status', 'postStop c recovered 1 Error', 'postStart d status'],
    ],
  ],
  [
    'two runs that began in the same second, and one that ended before it began',
    [
      { watch: app(running(5), A) },
      { watch: app(running(5), B, 1, terminated(A, 1, 5, 5)) },
      { watch: app(running(9), C, 2, terminated(B, 1, 5, 2)) },
    ],
    [
      'postStart a status',
      'postStop a recovered 1 Error',
      'postStart b status',
      'postStop b recovered 1 Error',
      'postStart c status',
    ],
  ],
  [
    'an earlier start found by a list after a gap, or by a comparison',
    [
      { watch: app(running(AHEAD), A) },
      { list: [app(running(5), B, 1, terminated(A, 1, AHEAD, AHEAD + 9))], why: 'expired' },
      { list: [app(running(2), C, 2, terminated(B, 1, 5, 6))] },
    ],
    [
      ...['postStart a status', 'postStop a recovered 1 Error', 'postStart b recovered', 'gap'],
      ...['postStop b recovered 1 Error', 'postStart c recovered'],
    ],
  ],
  [
    'a count that the kubelet began anew, on a clock that stepped back, in a list',
    [{ watch: app(running(AHEAD), A, 4) }, { list: [app(running(5), B, 0)] }],
    ['postStart a status skipped=4', 'postStop a inferred unknown', 'postStart b recovered'],
  ],
  [
    'only the list after an epochChanged recognises runs of before, and then nobody ends the run that lives',
    [
      { watch: app(running(1), A) },
      ...[B, C, D, `${D}2`, `${D}3`, `${D}4`].map((id, index) => ({
        watch: app(running(index + 2), id, index + 1),
      })),
      { list: [app(running(1), A)], why: 'epochChanged' },
      { watch: app(running(1), A) },
      { watch: app(running(7), `${D}4`, 6) },
      { watch: app(terminated(`${D}4`, 0, 7, 9, 'Completed'), `${D}4`, 6) },
    ],
    [
      'postStart a status',
      ...['a', 'b', 'c', 'd', 'd2', 'd3'].flatMap((id, index) => [
        `postStop ${id} inferred unknown`,
        `postStart ${['b', 'c', 'd', 'd2', 'd3', 'd4'][index]} status`,
      ]),
      ...['gap', 'postStop d4 status 0 Completed'],
    ],
  ],
  [
    'in that list a run that counts higher is new all the same',
    [
      { watch: app(running(AHEAD), A) },
      { list: [app(running(5), B, 1, terminated(A, 1, AHEAD, AHEAD))], why: 'epochChanged' },
    ],
    ['postStart a status', 'postStop a recovered 1 Error', 'postStart b recovered', 'gap'],
  ],
  [
    'a run that a status shows older than one that is known was skipped, and stays so',
    [
      { watch: app(running(9), B, 1) },
      { watch: app(running(9), B, 1, terminated(A, 1, 5, 8)) },
      { watch: app(running(12), C, 2, terminated(B, 1, 9, 11)) },
    ],
    ['postStart b status skipped=1', 'postStop b recovered 1 Error', 'postStart c status'],
  ],
  [
    'a run that was known before the deletion, whose node is ahead: its preStop is due when a list shows its end',
    [
      { watch: app(running(AHEAD), A) },
      { list: [{ ...app(terminated(A, 0, AHEAD, AHEAD + 9, 'Completed'), A), deletion }] },
    ],
    ['postStart a status', 'preStop a recovered podDeleted', 'postStop a recovered 0 Completed'],
  ],
];

describe('clocks of nodes', () => {
  it.each(table)('%s', (_name, steps, expected) => {
    expect(told(steps)).toEqual(expected);
  });

  it('do not move the preStop of a run that was known before: it was due when the deletion was asked for', () => {
    const events = followed([
      { watch: app(running(AHEAD), A) },
      { watch: { ...app(running(AHEAD), A), deletion } },
    ]);
    expect(events.at(-1)?.time).toBe('2026-01-01T00:00:30.000Z');
  });
});
