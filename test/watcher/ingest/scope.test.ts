import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createIngest } from '../../../watcher/ingest/ingest.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { followedBy } from '../../../watcher/run/open-sources.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { podObject, running } from '../../support/pod-object.ts';
import { quietSetAside } from '../../support/set-aside.ts';

it('a Pod that the configuration does not follow any more has not vanished when a list lacks it', () => {
  const directory = join(volatileDirectory(), 'journal');
  const pods = ['uid-1', 'uid-2'].map((uid) => podOf(uid)).filter((pod) => pod !== null);
  const list = (kept: typeof pods, namespaces: readonly string[] | undefined): readonly string[] => {
    const journal = openJournal({ directory, allowVolatile: true, clock: createFakeClock() });
    const hooks: string[] = [];
    const watch = namespaces === undefined ? {} : { namespaces };
    const ingest = createIngest({
      journal,
      cluster: { name: 'test', uid: 'cluster-uid' },
      clock: createFakeClock(),
      matching: () => [],
      onStored: (events) =>
        hooks.push(...events.map(({ event }) => `${event.hook} ${event.partitionKey.split('/')[0]}`)),
      streams: ['pods', 'events'],
      follows: followedBy({ kubeletEvents: true, resyncIntervalMs: 1, replayExisting: false, ...watch }),
      setAside: quietSetAside(),
      replayExisting: false,
    });
    ingest.accept({ stream: 'pods', kind: 'page', why: 'resync', pods: kept });
    const keys = new Set(kept.map(({ key }) => key));
    ingest.accept({ stream: 'pods', kind: 'listed', why: 'resync', keys, resourceVersion: '9' });
    journal.close();
    return hooks;
  };
  expect(list(pods, undefined)).toEqual([]);
  expect(list([], ['elsewhere'])).toEqual([]);
  expect(list(pods.slice(1), ['shop'])).toEqual(['preStop uid-1', 'postStop uid-1']);
});

function podOf(uid: string) {
  return projectPod(
    podObject({ uid, containers: [{ state: running(5), containerID: `containerd://${uid}` }] }),
  );
}
