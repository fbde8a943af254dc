import { describe, expect, it } from 'vitest';
import { at, type PodOptions, running, terminated } from '../../support/pod-object.ts';
import { followed, type Step, told } from './follow-steps.ts';

/* What Kubernetes withdraws, the watcher withdraws: a disruption, a deletion, a part of the grace period. */

const [A, B] = ['containerd://a', 'containerd://b'];
const app = (state: Record<string, unknown>, containerID = '', restartCount = 0, lastState = {}) => ({
  containers: [{ state, containerID, restartCount, lastState }],
});
const alive = app(running(5), A);
const next = app(running(50), B, 1, terminated(A, 1, 5, 49));
const target = (status: string, reason = 'EvictionByEvictionAPI') => ({
  conditions: [{ type: 'DisruptionTarget', status, reason }],
});
const deletion = { timestamp: at(60), grace: 30 };
const restarted = ['postStop a recovered 1 Error', 'postStart b status'];

const table: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
  [
    'a disruption that is over: the later deletion is no eviction',
    [
      { watch: { ...alive, ...target('True') } },
      { watch: { ...alive, ...target('False') } },
      { watch: { ...alive, ...target('False'), deletion } },
    ],
    ['postStart a status', 'preStop a status podDeleted'],
  ],
  [
    'a disruption whose condition is gone, also over a restart of the watcher',
    [
      { watch: { ...alive, ...target('True') } },
      { restart: true },
      { list: [alive] },
      { event: { reason: 'Killing', lastSeconds: 30 } },
    ],
    ['postStart a status', 'preStop a event killing'],
  ],
  [
    'a disruption that comes back, with another reason',
    [
      { watch: { ...alive, ...target('True') } },
      { watch: { ...alive, ...target('False') } },
      { watch: { ...alive, ...target('True', 'PreemptionByScheduler'), deletion } },
    ],
    ['postStart a status', 'preStop a status evicted PreemptionByScheduler'],
  ],
  [
    'a disruption of before: a Pod that vanishes carries no reason',
    [{ watch: { ...alive, ...target('True') } }, { watch: alive }, { deleted: alive }],
    ['postStart a status', 'preStop a inferred vanished', 'postStop a inferred unknown'],
  ],
  [
    'a deletion: later runs get no preStop',
    [{ watch: { ...alive, deletion } }, { watch: alive }, { watch: next }],
    ['postStart a status', 'preStop a status podDeleted', ...restarted],
  ],
  [
    'a deletion, found withdrawn by the list after an epochChanged',
    [{ watch: { ...alive, deletion } }, { list: [alive], why: 'epochChanged' }, { watch: next }],
    ['postStart a status', 'preStop a status podDeleted', 'gap', ...restarted],
  ],
  [
    'a deletion, and it is asked for again: the runs since then get a preStop, the others had theirs',
    [
      { watch: { ...alive, deletion } },
      { watch: alive },
      { watch: { ...alive, deletion: { timestamp: at(95), grace: 5 } } },
      { watch: { ...next, deletion: { timestamp: at(95), grace: 5 } } },
    ],
    ['postStart a status', 'preStop a status podDeleted', ...restarted, 'preStop b status podDeleted'],
  ],
];

describe('withdrawn', () => {
  it.each(table)('%s', (_name, steps, expected) => {
    expect(told(steps)).toEqual(expected);
  });
});

describe('the grace period of a deletion', () => {
  const stops = (...pods: readonly PodOptions[]) =>
    followed(pods.map((watch) => ({ watch }))).flatMap(({ time, data }) =>
      data.hook === 'preStop' ? [{ time, stop: data.stop }] : [],
    );

  it('that was shortened: runs that start later carry what the Pod shows then; the request stays when it was', () => {
    const [first, second] = stops(
      { ...alive, deletion: { timestamp: at(90), grace: 60 } },
      { ...alive, deletion: { timestamp: at(35), grace: 5 } },
      { ...app(running(28), B, 1, terminated(A, 1, 5, 27)), deletion: { timestamp: at(35), grace: 5 } },
    );
    expect(first?.stop).toMatchObject({ deadline: at(90), gracePeriodSeconds: 60 });
    expect(second?.stop).toMatchObject({ deadline: at(35), gracePeriodSeconds: 5 });
    expect([first?.time, second?.time]).toEqual(['2026-01-01T00:00:30.000Z', '2026-01-01T00:00:30.000Z']);
  });

  it('that the kubelet’s own delete sets to zero moves nothing of what was told', () => {
    const told = stops(
      { ...alive, deletion: { timestamp: at(90), grace: 60 } },
      { ...alive, deletion: { timestamp: at(52), grace: 0 } },
      { ...alive, deletion: { timestamp: at(53), grace: 0 } },
    );
    expect(told.map(({ stop }) => stop.deadline)).toEqual([at(90)]);
  });

  it('of a second deletion counts from the second request', () => {
    const told = stops({ ...alive, deletion: { timestamp: at(90), grace: 60 } }, alive, {
      ...app(running(100), B, 1),
      deletion: { timestamp: at(300), grace: 10 },
    });
    expect(told.map(({ time }) => time)).toEqual(['2026-01-01T00:00:30.000Z', '2026-01-01T00:04:50.000Z']);
  });
});
