import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createLocalCluster, type LocalCluster } from '../../../infra/local/cluster.ts';
import type { KubeObject } from '../../../infra/local/objects/kube-object.ts';
import type { ContainerState, Pod } from '../../../infra/local/objects/pod.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { request } from './http.ts';

/** Cases the recordings do not hold; the sequences are those of the design's kubernetes.md. */

let cluster: LocalCluster;
let clock: ReturnType<typeof createFakeClock>;
let pods: { at: number; type: string; pod: Pod }[];
let events: { at: number; text: string }[];

beforeEach(async () => {
  clock = createFakeClock(Date.parse('2026-11-22T14:00:00Z'));
  const startMs = clock.nowMs();
  const seconds = () => (clock.nowMs() - startMs) / 1000;
  cluster = await createLocalCluster({ clock, jitter: () => 0 });
  pods = [];
  events = [];
  cluster.api.onChange('pods', ({ type, object }) => pods.push({ at: seconds(), type, pod: object as Pod }));
  cluster.api.onChange('events', ({ object }) => events.push({ at: seconds(), text: eventText(object) }));
});

afterEach(() => cluster.close());

function eventText({ reason, count, involvedObject }: KubeObject): string {
  const { fieldPath = '' } = involvedObject as { fieldPath?: string };
  return `${reason} ${/\{(.*)\}/.exec(fieldPath)?.[1] ?? '-'} x${count ?? '-'}`;
}

function start(spec: Record<string, unknown>): Pod {
  return cluster.applyManifest({ metadata: { name: 'pod' }, spec });
}

const shell = (script: string) => ['/bin/sh', '-c', script];

function stateText({ waiting, running, terminated }: ContainerState): string {
  if (waiting) return `waiting:${waiting.reason}`;
  if (running) return 'running';
  return terminated ? `terminated:${terminated.reason}:${terminated.exitCode}` : 'none';
}

/** The distinct `state/lastState` of one container over time. */
function statesOf(container: string): string[] {
  const texts = pods.flatMap(({ pod: { status } }) =>
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
      .filter(({ name }) => name === container)
      .map(({ state, lastState }) => `${stateText(state)}/${stateText(lastState)}`),
  );
  return texts.filter((text, index) => text !== texts[index - 1]);
}

const eventTexts = (pattern: RegExp) => events.map(({ text }) => text).filter((text) => pattern.test(text));
const at = (pattern: RegExp) => events.find(({ text }) => pattern.test(text))?.at ?? Number.NaN;
const lastPod = () => pods.at(-1)?.pod;

describe('a postStart hook that fails', () => {
  it('never shows the container running: its run is only in lastState, after its preStop', async () => {
    const lifecycle = {
      postStart: { exec: { command: shell('sleep 1; exit 5') } },
      preStop: { exec: { command: shell('exit 6') } },
    };
    start({
      terminationGracePeriodSeconds: 2,
      containers: [{ name: 'app', image: 'i', command: ['sleep', '60'], lifecycle }],
    });
    await clock.advanceTo(12_000);
    expect(statesOf('app')).toEqual([
      'waiting:ContainerCreating/none',
      'waiting:PostStartHookError/terminated:Error:137',
      'waiting:CrashLoopBackOff/terminated:Error:137',
    ]);
    expect(lastPod()?.status.containerStatuses?.[0]?.restartCount).toBe(1);
    expect(eventTexts(/Hook|Killing/)).toEqual([
      'FailedPostStartHook app x1',
      'Killing app x1',
      'FailedPreStopHook app x1',
      'FailedPostStartHook app x2',
      'Killing app x2',
      'FailedPreStopHook app x2',
    ]);
  });
});

describe('a native sidecar', () => {
  const spec = {
    terminationGracePeriodSeconds: 10,
    initContainers: [
      {
        name: 'side',
        image: 'i',
        restartPolicy: 'Always',
        lifecycle: { preStop: { exec: { command: ['sleep', '1'] } } },
      },
      { name: 'setup', image: 'i', command: shell('sleep 1') },
    ],
    containers: [{ name: 'app', image: 'i', lifecycle: { preStop: { exec: { command: ['sleep', '4'] } } } }],
  };

  it('runs before the next init container and keeps running', async () => {
    start(spec);
    await clock.advanceTo(5000);
    const started = eventTexts(/Started/);
    expect(started).toEqual(['Started side x1', 'Started setup x1', 'Started app x1']);
    expect(statesOf('side')).toEqual(['waiting:PodInitializing/none', 'running/none']);
    expect(lastPod()?.status).toMatchObject({ phase: 'Running' });
  });

  it('gets its preStop at once and SIGTERM only after the main containers', async () => {
    start(spec);
    await clock.advanceTo(5000);
    cluster.deletePod('default', 'pod');
    await clock.advanceTo(15_000);
    expect(at(/Killing side/)).toBe(at(/Killing app/));
    const { status } = lastPod() ?? {};
    const ends = [
      ...(status?.containerStatuses ?? []),
      ...(status?.initContainerStatuses?.slice(0, 1) ?? []),
    ];
    expect(ends.map(({ name, state }) => [name, stateText(state)])).toEqual([
      ['app', 'terminated:Completed:0'],
      ['side', 'terminated:Completed:0'],
    ]);
    expect(status?.phase).toBe('Succeeded');
    expect(ends.map(({ state }) => state.terminated?.finishedAt)).toEqual([
      '2026-11-22T14:00:09Z',
      '2026-11-22T14:00:09Z',
    ]);
    expect(pods.at(-1)?.type).toBe('DELETED');
  });
});

it('runs the hooks-pod manifest with both hooks', async () => {
  const yaml = readFileSync(new URL('../../../infra/local/hooks-pod.yaml', import.meta.url), 'utf8');
  cluster.applyManifest(parse(yaml) as Record<string, unknown>);
  await clock.advanceTo(2000);
  cluster.deletePod('default', 'hooks-pod');
  await clock.advanceTo(14_000);
  expect(statesOf('hooks-pod')).toEqual([
    'waiting:ContainerCreating/none',
    'running/none',
    'terminated:Completed:0/none',
  ]);
  const stopped = pods.find(({ pod }) => pod.status.containerStatuses?.[0]?.state.terminated);
  expect((stopped?.at ?? 0) - at(/Killing hooks-pod/)).toBeCloseTo(10.2, 0);
  expect(eventTexts(/Failed/)).toEqual([]);
});

describe('a deletion', () => {
  it('during creation still lets the containers start, with deletionTimestamp already set', async () => {
    start({ containers: [{ name: 'app', image: 'i' }] });
    await clock.advanceTo(100);
    cluster.deletePod('default', 'pod');
    await clock.advanceTo(5000);
    const running = pods.filter(({ pod }) => pod.status.containerStatuses?.[0]?.state.running);
    expect(running.length).toBeGreaterThan(0);
    expect(running.every(({ pod }) => pod.metadata.deletionTimestamp !== undefined)).toBe(true);
    expect(pods.at(-1)?.type).toBe('DELETED');
  });

  it('does not wait for a postStart hook', async () => {
    const lifecycle = { postStart: { exec: { command: ['sleep', '3600'] } } };
    start({ containers: [{ name: 'app', image: 'i', lifecycle }] });
    await clock.advanceTo(3000);
    cluster.deletePod('default', 'pod');
    await clock.advanceTo(6000);
    expect(pods.at(-1)?.type).toBe('DELETED');
  });

  it('can be shortened while it runs', async () => {
    start({
      terminationGracePeriodSeconds: 600,
      containers: [{ name: 'app', image: 'i', command: ['sleep', '9000'] }],
    });
    await clock.advanceTo(2000);
    cluster.deletePod('default', 'pod');
    await clock.advanceTo(4000);
    cluster.deletePod('default', 'pod', { gracePeriodSeconds: 3 });
    await clock.advanceTo(9000);
    expect(pods.at(-1)).toMatchObject({ type: 'DELETED' });
    expect(statesOf('app').at(-1)).toBe('terminated:Error:137/none');
  });

  it('waits for finalizers, then takes the Pod out', async () => {
    cluster.applyManifest({
      metadata: { name: 'pod', finalizers: ['example.com/hold'] },
      spec: { containers: [{ name: 'app', image: 'i' }] },
    });
    await clock.advanceTo(2000);
    cluster.deletePod('default', 'pod', { gracePeriodSeconds: 0 });
    await clock.advanceTo(8000);
    expect(lastPod()?.status.phase).toBe('Succeeded');
    expect(pods.at(-1)?.type).toBe('MODIFIED');
    const type = 'application/merge-patch+json';
    const body = { metadata: { finalizers: null } };
    await request(cluster.url, 'PATCH', '/api/v1/namespaces/default/pods/pod', { type, body });
    expect(pods.at(-1)?.type).toBe('DELETED');
  });
});

describe('the end of containers', () => {
  it('by node pressure comes without deletionTimestamp, with a reason and a condition', async () => {
    start({ containers: [{ name: 'app', image: 'i', command: ['sleep', '900'] }] });
    await clock.advanceTo(2000);
    cluster.kubelet.evictForNodePressure('default', 'pod');
    await clock.advanceTo(8000);
    expect(lastPod()).toMatchObject({ status: { phase: 'Failed', reason: 'Evicted' } });
    expect(lastPod()?.metadata.deletionTimestamp).toBeUndefined();
    expect(lastPod()?.status.conditions?.[0]).toMatchObject({
      type: 'DisruptionTarget',
      reason: 'TerminationByKubelet',
    });
    expect(eventTexts(/Evicted|Killing/)).toEqual(['Evicted - x1', 'Killing app x1']);
  });

  it('is final with restartPolicy OnFailure once the exit code is 0', async () => {
    start({
      restartPolicy: 'OnFailure',
      containers: [{ name: 'app', image: 'i', command: shell('sleep 1; exit 0') }],
    });
    await clock.advanceTo(6000);
    expect(lastPod()?.status.phase).toBe('Succeeded');
    expect(statesOf('app').at(-1)).toBe('terminated:Completed:0/none');
  });

  it('leads to a back-off that doubles up to five minutes', async () => {
    start({ containers: [{ name: 'app', image: 'i', command: shell('exit 1') }] });
    await clock.advanceTo(2_000_000);
    const starts = pods
      .filter(({ pod }) => pod.status.containerStatuses?.[0]?.state.running)
      .map(({ at }) => at)
      .filter((at, index, all) => at - (all[index - 1] ?? -1) > 0.5);
    const gaps = starts.slice(1).map((at, index) => Math.round(at - (starts[index] ?? 0)));
    expect(gaps.slice(0, 8)).toEqual([1, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('of a failing init container with restartPolicy Never fails the Pod', async () => {
    start({
      restartPolicy: 'Never',
      initContainers: [{ name: 'setup', image: 'i', command: shell('exit 4') }],
      containers: [{ name: 'app', image: 'i' }],
    });
    await clock.advanceTo(6000);
    expect(lastPod()?.status.phase).toBe('Failed');
    expect(eventTexts(/Started/)).toEqual(['Started setup x1']);
  });
});
