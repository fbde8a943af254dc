import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createIngest } from '../../../watcher/ingest/ingest.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { MIRROR_GRACE_MS } from '../../../watcher/lifecycle/mirror-absence.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { at, type PodOptions, podObject, running, terminated } from '../../support/pod-object.ts';
import { quietSetAside } from '../../support/set-aside.ts';

/*
 * The version before keyed mirror Pods by their hash alone, and took any Pod with the annotation for one. Its journal is
 * read once more: nothing is told twice, and nothing is said to have ended that has not.
 */

const HASH = 'hash-1';
const annotations = { 'kubernetes.io/config.mirror': HASH, 'kubernetes.io/config.hash': HASH };
const run = { state: running(5), containerID: 'containerd://a' };
const mirror: PodOptions = { uid: 'api-1', name: 'proxy-node1', annotations, containers: [run] };

/** A row of the table `pod` as that version wrote it. */
function stored(key: string, name: string) {
  const pod = { uid: key, namespace: 'shop', name, node: 'node1', labels: {}, owner: null };
  const alive = { containerId: 'containerd://a', startedAt: at(5), stopping: false, end: 'alive' };
  const known = { announced: true, accounted: 0, restartCount: 0, image: null, imageId: null, runs: [alive] };
  const containers = [{ name: 'app', kind: 'app', ...known }];
  const json = JSON.stringify({
    pod,
    mirror: true,
    goneSinceMs: null,
    deletion: null,
    disruption: null,
    containers,
  });
  return { key, json };
}

it('a mirror Pod that was known by its hash goes on under its new key', () => {
  const { show, told, keys } = upgraded([stored(HASH, 'proxy-node1')]);
  expect(keys()).toEqual([expect.stringMatching(/^mirror-[0-9a-f]{32}$/)]);
  show('11', mirror);
  expect(told).toEqual([]);
  const lastState = terminated('containerd://a', 1, 5, 8);
  show('12', {
    ...mirror,
    containers: [{ state: running(9), lastState, containerID: 'containerd://b', restartCount: 1 }],
  });
  const [key] = keys();
  expect(told).toEqual([`postStop ${key}`, `postStart ${key}`]);
});

it.each([
  ['one that no list shows', 'proxy-node1'],
  ["a tenant's Pod that never was one", 'web'],
])('of %s nothing is told', async (_, name) => {
  const { list, settle, clock, told, keys } = upgraded([stored('victim-uid', name)]);
  list('11', {
    uid: 'victim-uid',
    name: 'victim',
    containers: [{ state: running(3), containerID: 'containerd://v' }],
  });
  await clock.advance(MIRROR_GRACE_MS + 1);
  settle();
  // The list shows the victim by its own key, as it always should have been.
  expect(told).toEqual(['postStart victim-uid']);
  expect(keys()).toEqual(['victim-uid']);
});

function upgraded(pods: readonly { readonly key: string; readonly json: string }[]) {
  const directory = join(volatileDirectory(), 'journal');
  const clock = createFakeClock();
  const journal = openJournal({ directory, allowVolatile: true, clock });
  journal.commit({ pods, events: [], resumePoints: [{ stream: 'pods', resourceVersion: '1' }] });
  const told: string[] = [];
  const ingest = createIngest({
    ...{ journal, clock, setAside: quietSetAside() },
    cluster: { name: 'test', uid: 'cluster-uid' },
    matching: () => [],
    onStored: (events) =>
      told.push(...events.map(({ event }) => `${event.hook} ${event.partitionKey.split('/')[0]}`)),
    streams: ['pods', 'events'],
    follows: () => true,
    replayExisting: false,
  });
  const podOf = (options: PodOptions) => projectPod(podObject(options)) ?? [];
  return {
    ...{ told, clock, settle: ingest.settle },
    keys: () => [...journal.knownPods()].map(({ key }) => key),
    show(resourceVersion: string, options: PodOptions) {
      const changes = [podOf(options)].flat().map((pod) => ({ kind: 'seen' as const, pod }));
      ingest.accept({ stream: 'pods', kind: 'changes', changes, resourceVersion });
      ingest.settle();
    },
    list(resourceVersion: string, ...options: readonly PodOptions[]) {
      const listed = options.flatMap(podOf);
      ingest.accept({ stream: 'pods', kind: 'page', why: 'resync', pods: listed });
      const keys = new Set(listed.map(({ key }) => key));
      ingest.accept({ stream: 'pods', kind: 'listed', why: 'resync', keys, resourceVersion });
      ingest.settle();
    },
  };
}
