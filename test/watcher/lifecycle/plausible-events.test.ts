import { describe, expect, it } from 'vitest';
import { type ClusterView, createClusterView } from '../../../watcher/lifecycle/cluster-view.ts';
import { REMEMBER_MS } from '../../../watcher/lifecycle/departed-pods.ts';
import { HOLD_MS } from '../../../watcher/lifecycle/held-notices.ts';
import { type KubeletNotice, readNotice } from '../../../watcher/lifecycle/snapshot/kubelet-notice.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { at, eventObject, type PodOptions, podObject, running } from '../../support/pod-object.ts';

const RUNNING = { containers: [{ state: running(5), containerID: 'containerd://a' }] };
const FAILED = { reason: 'FailedPreStopHook', lastSeconds: 6 };

type Fields = Record<string, unknown>;

describe('an Event is implausible', () => {
  const about = (change: Fields) => ({ involvedObject: { ...involved(), ...change } });

  it.each<[string, Fields]>([
    ['from another component', { source: { component: 'my-controller', host: 'node1' } }],
    ['from two components', { reportingComponent: 'my-controller' }],
    ['from nobody', { source: {} }],
    ['from no node', { source: { component: 'kubelet' } }],
    ['from two nodes', { reportingComponent: 'kubelet', reportingInstance: 'node2' }],
    ['about a Pod of another namespace', about({ namespace: 'victim' })],
    ['about a Pod without a name', about({ name: undefined })],
    ['about a name that no Pod has', about({ name: 'x'.repeat(254) })],
    ['about a UID that no Pod has', about({ uid: 'u'.repeat(64) })],
    ['about a container of 100 kB', about({ fieldPath: `spec.containers{${'a'.repeat(100_000)}}` })],
    ['about a container with a NUL in its name', about({ fieldPath: 'spec.containers{a\u0000preStop}' })],
  ])('%s', (_, change) => {
    expect(readNotice({ ...eventObject(FAILED), ...change }).kind).toBe('implausible');
  });

  it.each<[string, Fields]>([
    ['another reason', { reason: 'Started' }],
    ['another kind of object', about({ kind: 'Node' })],
    ['no container', about({ fieldPath: 'spec' })],
  ])('but not one with %s: that is none of ours', (_, change) => {
    expect(readNotice({ ...eventObject(FAILED), ...change }).kind).toBe('other');
  });
});

it('an Event of events.k8s.io/v1 is read as the same Event of core/v1', () => {
  const { involvedObject, source, count, firstTimestamp, lastTimestamp, ...shared } = eventObject({
    ...FAILED,
    count: 3,
  });
  const newer = {
    ...{ ...shared, apiVersion: 'events.k8s.io/v1', regarding: involvedObject },
    ...{ reportingController: 'kubelet', reportingInstance: 'node1' },
    ...{ deprecatedSource: source, deprecatedCount: count },
    ...{ deprecatedFirstTimestamp: firstTimestamp, deprecatedLastTimestamp: lastTimestamp },
  };
  const older = readNotice(eventObject({ ...FAILED, count: 3 }));
  expect(older.kind).toBe('notice');
  expect(readNotice(newer)).toEqual(older);
  const series = { count: 7, lastObservedTime: '2026-01-01T00:00:09.123456Z' };
  const { deprecatedSource, deprecatedCount, deprecatedLastTimestamp, ...onlyNew } = newer;
  expect(readNotice({ ...onlyNew, series })).toMatchObject({
    notice: { node: 'node1', count: 7, lastTimestamp: '2026-01-01T00:00:09.123456Z' },
  });
});

describe('an Event about a known Pod', () => {
  it.each<[string, Fields]>([
    ['by another name', { podName: 'other' }],
    ['by another namespace', { namespace: 'tenant' }],
    ['from another node', { node: 'node2' }],
  ])('%s is not believed', (_, change) => {
    for (const reason of ['Killing', 'FailedPreStopHook'] as const) {
      const view = viewOf(RUNNING);
      const outcome = view.notice({ ...notice(), reason, ...change } as KubeletNotice, false);
      expect(outcome.kind).toBe('implausible');
      // The Pod's own Killing is told all the same.
      expect(view.notice({ ...notice(), reason: 'Killing' }, false)).toMatchObject({
        transitions: [{ hook: 'preStop' }],
      });
    }
  });

  it('is matched to a mirror Pod by its hash and by its UID', () => {
    const annotations = { 'kubernetes.io/config.mirror': 'hash', 'kubernetes.io/config.hash': 'hash' };
    const mirror = { uid: 'api-uid', name: 'web-node1', annotations };
    for (const podUid of ['hash', 'api-uid']) {
      const view = viewOf({ ...RUNNING, ...mirror });
      const outcome = view.notice({ ...notice(), podUid, podName: 'web-node1', reason: 'Killing' }, false);
      expect(outcome).toMatchObject({ kind: 'told', transitions: [{ hook: 'preStop' }] });
    }
    const [key = ''] = viewOf({ ...RUNNING, ...mirror }).keys();
    const forged = { ...notice(), podUid: key, podName: 'web-node1' };
    expect(viewOf({ ...RUNNING, ...mirror }).notice(forged, false).kind).toBe('held');
  });
});

describe('a failed hook of a Pod that is not known', () => {
  it('waits until the Pod is known, and is told then', () => {
    const view = createClusterView();
    expect(view.notice(notice(), false).kind).toBe('held');
    expect(claims(view, 1_000)).toEqual([]);
    see(view, { nodeName: null });
    expect(claims(view, 2_000)).toEqual([]);
    see(view, RUNNING);
    const [outcome, ...others] = claims(view, 3_000);
    expect(outcome).toMatchObject({
      kind: 'told',
      transitions: [{ hook: 'hookFailed', pod: { labels: { app: 'web' }, node: 'node1' } }],
    });
    expect([others, view.held()]).toEqual([[], []]);
  });

  it('is given up when the Pod never comes, or is another', () => {
    const view = createClusterView();
    view.notice(notice(), false);
    expect(claims(view, 5_000)).toEqual([]);
    expect(claims(view, 5_000 + HOLD_MS - 1)).toEqual([]);
    expect(claims(view, 5_000 + HOLD_MS)).toMatchObject([{ kind: 'unclaimed' }]);
    expect(view.held()).toEqual([]);

    view.notice({ ...notice(), podName: 'other' }, false);
    see(view, RUNNING);
    expect(claims(view, 6_000)).toMatchObject([{ kind: 'implausible' }]);
  });

  it('does not wait in any number: one namespace cannot take the room of others', () => {
    const view = createClusterView();
    const forged = Array.from({ length: 2_000 }, (_, i) => ({
      ...{ ...notice(), eventUid: `forged-${i}`, namespace: 'tenant' },
    }));
    for (const each of forged) view.notice(each, false);
    expect(view.held().length).toBeLessThan(100);
    expect(view.notice(forged.at(-1) ?? notice(), false).kind).toBe('unclaimed');
    expect(view.notice(notice(), false).kind).toBe('held');
  });

  it('is told of a Pod that was gone before its node was known', () => {
    const view = viewOf({ nodeName: null, lifecycle: true });
    expect(view.notice(notice(), false).kind).toBe('held');
    view.vanished('uid-1', 0);
    expect(claims(view, 1_000)).toMatchObject([
      { transitions: [{ hook: 'hookFailed', pod: { node: null } }] },
    ]);
  });

  it('is told when the Pod has gone before its Event came, for some minutes, also after a restart', () => {
    const view = viewOf({ ...RUNNING, lifecycle: true });
    view.gone(pod(RUNNING, true), 0);
    expect(view.keys()).toEqual([]);
    const stored = [...view.changes()].map(([key, known]) => [key, structuredClone(known)] as const);
    const restarted = createClusterView(
      stored.flatMap(([key, known]) => (known ? [[key, known] as const] : [])),
    );
    restarted.tidy(0);
    expect(restarted.notice({ ...notice(), reason: 'Killing' }, false)).toMatchObject({ transitions: [] });
    expect(restarted.notice(notice(), false)).toMatchObject({ transitions: [{ hook: 'hookFailed' }] });
    restarted.tidy(REMEMBER_MS);
    expect(restarted.known('uid-1')).toBeNull();
  });
});

function involved(): Fields {
  return eventObject(FAILED).involvedObject as Fields;
}

function notice(): KubeletNotice {
  const read = readNotice(eventObject(FAILED));
  if (read.kind !== 'notice') throw new Error('not a notice');
  return read.notice;
}

function viewOf({ lifecycle = false, ...options }: PodOptions & { lifecycle?: boolean }): ClusterView {
  const view = createClusterView();
  view.seen(pod(options, lifecycle), 'watch');
  return view;
}

function see(view: ClusterView, options: PodOptions): void {
  view.seen(pod(options), 'watch');
}

function pod(options: PodOptions, lifecycle = false) {
  const object = podObject(options);
  const hooks = { containers: [{ name: 'app', lifecycle: { preStop: { sleep: { seconds: 1 } } } }] };
  if (lifecycle) Object.assign(object.spec as object, hooks);
  const snapshot = projectPod(object);
  if (snapshot === null) throw new Error(`not a Pod at ${at(0)}`);
  return snapshot;
}

function claims(view: ClusterView, steadyMs: number) {
  return view.held().flatMap((held) => {
    const outcome = view.claim(held, steadyMs);
    return outcome.kind === 'held' ? [] : [outcome];
  });
}
