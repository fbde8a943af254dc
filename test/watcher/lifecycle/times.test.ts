import { describe, expect, it } from 'vitest';
import { at, podObject, running, terminated, waiting } from '../../support/pod-object.ts';
import { followed, NOW_MS, type Step, told } from './follow-steps.ts';

/* 1970, 1754 and null are no times: they are told as null, and the event carries the moment it was learned. */

const [A, B] = ['containerd://a', 'containerd://b'];
const app = (state: Record<string, unknown>, containerID = '', restartCount = 0, lastState = {}) => ({
  containers: [{ state, containerID, restartCount, lastState }],
});
const ended = (facts: Record<string, unknown>) => ({
  terminated: { exitCode: 255, containerID: A, ...facts },
});

const NO_TIMES: readonly unknown[] = [
  ...[
    '1970-01-01T00:00:00Z',
    '1970-01-01T00:03:20Z',
    '1754-08-30T22:43:41Z',
    '1754-08-30T22:43:41.128654848Z',
  ],
  ...[
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '1970-01-01T01:00:00+01:00',
    '',
    'never',
    '2026-13-41T25:61:61Z',
  ],
  ...['9999-99-99T00:00:00Z', '+287224-01-01T00:00:00Z', null, undefined, 0, {}, []],
];

describe.each(NO_TIMES)('%j is no time', (none) => {
  it('of a run that is running, and of its end', () => {
    const events = followed([
      { watch: app({ running: { startedAt: none } }, A) },
      { watch: app(running(9), B, 1, ended({ startedAt: none, finishedAt: none, reason: 'Unknown' })) },
    ]);
    expect(events.map(({ data }) => data.hook)).toEqual(['postStart', 'postStop', 'postStart']);
    const learned = (step: number) => new Date(NOW_MS + step * 1_000).toISOString();
    expect(events.slice(0, 2).map(({ time }) => time)).toEqual([learned(1), learned(2)]);
    expect(events[0]?.data).toMatchObject({ container: { startedAt: null } });
    expect(events[1]?.data).toMatchObject({
      container: { startedAt: null },
      exit: { code: 255, finishedAt: null },
    });
  });

  it('to forget the start by that was seen', () => {
    const [, stop] = followed([
      { watch: app(running(5), A) },
      { watch: app(running(9), B, 1, ended({ startedAt: none, finishedAt: none })) },
    ]);
    expect(stop?.data).toMatchObject({
      hook: 'postStop',
      container: { startedAt: at(5) },
      exit: { finishedAt: null },
    });
  });

  it('at which the kubelet took the Pod', () => {
    const pod = podObject(app(waiting()));
    const [start] = followed([{ watch: { ...pod, status: { ...(pod.status as object), startTime: none } } }]);
    expect(start).toMatchObject({ time: new Date(NOW_MS + 1_000).toISOString(), data: { hook: 'preStart' } });
  });
});

describe('a start that is learned later', () => {
  it('is told with what comes after it', () => {
    const [start, end] = followed([
      { watch: app({ running: { startedAt: null } }, A) },
      { watch: app(terminated(A, 0, 5, 9), A) },
    ]);
    expect([start?.data, end?.data]).toMatchObject([
      { container: { startedAt: null } },
      { container: { startedAt: at(5) } },
    ]);
  });
});

describe('an end without a start', () => {
  it.each(['StartError', 'ContainerCannotRun', 'CreateContainerError', 'RunContainerError'])(
    'with %s: the container never ran, whatever start it shows',
    (reason) => {
      const expected = ['preStart - status', `postStop a status 255 ${reason}`];
      const steps = (startedAt: string | null): Step[] => [
        { watch: app(waiting()) },
        { watch: app(ended({ reason, startedAt, finishedAt: at(5) }), A) },
      ];
      expect(told(steps('1970-01-01T00:00:00Z'))).toEqual(expected);
      expect(told(steps(null))).toEqual(expected);
      expect(told(steps(at(5)))).toEqual(expected);
    },
  );

  it.each(['Completed', 'Error', 'OOMKilled', 'Unknown', 'ContainerDied', null])(
    'with %s: it ran',
    (reason) => {
      const end = ended({ reason, startedAt: '1970-01-01T00:00:00Z', finishedAt: at(5) });
      const words = `255${reason === null ? '' : ` ${reason}`}`;
      expect(told([{ watch: app(waiting()) }, { watch: app(end, A) }])).toEqual([
        ...['preStart - status', 'postStart a status', `postStop a status ${words}`],
      ]);
      expect(told([{ watch: app(running(9), B, 1, end) }])).toEqual([
        ...['postStart a recovered', `postStop a recovered ${words}`, 'postStart b status'],
      ]);
    },
  );

  it('has no postStart to tell of skipped runs: the next one does', () => {
    const broken = ended({ reason: 'StartError', startedAt: '1970-01-01T00:00:00Z', finishedAt: at(5) });
    const steps: Step[] = [{ watch: app(broken, A, 2) }, { watch: app(running(9), B, 3, broken) }];
    expect(told(steps)).toEqual(['postStop a status 255 StartError', 'postStart b status skipped=2']);
  });

  it('of a run that was seen alive is its end, also with a reason of one that never ran', () => {
    const end = ended({ reason: 'RunContainerError', startedAt: null, finishedAt: null });
    expect(told([{ watch: app(running(5), A) }, { watch: app(end, A) }])).toEqual([
      ...['postStart a status', 'postStop a status 255 RunContainerError'],
    ]);
  });
});
