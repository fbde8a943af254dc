import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createIngest, type Ingest, type IngestDeps } from '../../../watcher/ingest/ingest.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { HOLD_MS } from '../../../watcher/lifecycle/held-notices.ts';
import { readNotice } from '../../../watcher/lifecycle/snapshot/kubelet-notice.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { createSetAside } from '../../../watcher/source/sink/set-aside.ts';
import type { PodChange } from '../../../watcher/source/sink/source-batch.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { eventObject, type PodOptions, podObject, running } from '../../support/pod-object.ts';

const live = (uid: string): PodOptions => ({
  ...{ uid, name: uid, containers: [{ state: running(5), containerID: `containerd://${uid}` }] },
});

describe('what cannot be told of one Pod', () => {
  it('is left aside with that Pod alone, counted and logged once, and told as soon as it can be', () => {
    let broken = true;
    const watcher = open({
      matching(subject) {
        if (broken && 'labels' in subject && subject.labels.app === 'bad')
          throw new RangeError('no such filter');
        return [];
      },
    });
    const bad = { ...live('bad'), labels: { app: 'bad' } };
    watcher.see('11', live('a'), bad, live('b'));
    watcher.see('12', bad, live('c'));
    expect(watcher.told).toEqual(['postStart a', 'postStart b', 'postStart c']);
    expect(watcher.ingest.resumePoint('pods')).toBe('12');
    expect(watcher.report()).toEqual({ pods: 1, 'pods/failed': 2 });
    expect(watcher.log).toEqual([expect.stringContaining('no such filter')]);

    broken = false;
    watcher.see('13', bad);
    expect(watcher.told.at(-1)).toBe('postStart bad');
    expect(watcher.report()).toEqual({ pods: 0, 'pods/failed': 2 });
  });

  it('stays undone over a restart: it is told then', () => {
    const directory = join(volatileDirectory(), 'journal');
    const first = open({
      directory,
      matching() {
        throw new Error('none');
      },
    });
    first.see('11', live('bad'));
    first.close();
    const second = open({ directory });
    second.see('12', live('bad'));
    expect(second.told).toEqual(['postStart bad']);
  });

  it('does not fill the log, whoever writes a thousand such Pods', async () => {
    const watcher = open({
      matching() {
        throw new Error('none');
      },
    });
    watcher.see('11', ...Array.from({ length: 3_000 }, (_, index) => live(`bad-${index}`)));
    expect(watcher.log.length).toBe(10);
    await watcher.clock.advance(60_000);
    watcher.see('12', live('bad-again'));
    expect(watcher.log.length).toBe(11);
    expect(watcher.details.at(-1)).toMatchObject({ unsaid: 2_990 });
    expect(watcher.report()).toEqual({ pods: 1_000, 'pods/failed': 3_001 });
  });
});

describe('a Pod that cannot be read any more', () => {
  const odd = { ...live('odd'), containers: [{ name: '/', state: running(5) }] };

  it('has not vanished when a list shows it, and has when it is deleted', () => {
    const watcher = open();
    watcher.see('11', live('odd'));
    const pods = [podOf(odd)];
    watcher.ingest.accept({ stream: 'pods', kind: 'page', why: 'resync', pods });
    watcher.ingest.accept({
      stream: 'pods',
      kind: 'listed',
      why: 'resync',
      keys: new Set(['odd']),
      resourceVersion: '12',
    });
    expect(watcher.told).toEqual(['postStart odd']);
    expect(watcher.report()).toEqual({ pods: 1, 'pods/unreadable': 1 });
    watcher.accept('13', [{ kind: 'gone', pod: podOf(odd) }]);
    expect(watcher.told).toEqual(['postStart odd', 'preStop odd', 'postStop odd']);
    expect(watcher.report()).toMatchObject({ pods: 0 });
  });
});

describe('a failed hook that waits for its Pod', () => {
  const failed = eventObject({ reason: 'FailedPostStartHook', podUid: 'late', lastSeconds: 6 });
  Object.assign(failed.involvedObject as object, { name: 'late' });

  it('is told once the Pod is known; until then the stored resume point stays before it', async () => {
    const directory = join(volatileDirectory(), 'journal');
    const first = open({ directory });
    first.notice('20');
    first.notice('21', failed);
    first.notice('22');
    first.ingest.settle();
    expect(first.ingest.resumePoint('events')).toBe('22');
    expect(first.stored()).toBe('20');
    first.close();

    const second = open({ directory });
    expect(second.ingest.resumePoint('events')).toBe('20');
    second.notice('21', failed);
    second.notice('22');
    second.ingest.settle();
    second.see('11', live('late'));
    expect(second.told).toEqual(['postStart late']);
    second.ingest.settle();
    expect(second.told).toEqual(['postStart late', 'hookFailed late']);
    second.ingest.settle();
    expect(second.stored()).toBe('22');
    expect(second.report()).toEqual({ pods: 0 });
  });

  it('is given up, counted, after its time, and then lets the resume point go on', async () => {
    const watcher = open();
    watcher.notice('20');
    watcher.notice('21', failed);
    watcher.ingest.settle();
    await watcher.clock.advance(HOLD_MS);
    watcher.ingest.settle();
    watcher.ingest.settle();
    expect(watcher.stored()).toBe('21');
    expect(watcher.report()).toEqual({ pods: 0, 'events/unclaimed': 1 });
    watcher.see('11', live('late'));
    watcher.ingest.settle();
    expect(watcher.told).toEqual(['postStart late']);
  });
});

type Watcher = {
  readonly ingest: Ingest;
  readonly clock: FakeClock;
  /** Hook and Pod of everything stored. */
  readonly told: readonly string[];
  readonly log: readonly string[];
  readonly details: readonly object[];
  see(resourceVersion: string, ...pods: readonly PodOptions[]): void;
  accept(resourceVersion: string, changes: readonly PodChange[]): void;
  notice(resourceVersion: string, ...events: readonly object[]): void;
  /** The resume point of Events in the journal. */
  stored(): string | null;
  /** Pods left aside, and the counts that are not 0. */
  report(): Record<string, number>;
  close(): void;
};

function open({
  directory = join(volatileDirectory(), 'journal'),
  matching = () => [],
}: {
  directory?: string;
  matching?: IngestDeps['matching'];
} = {}): Watcher {
  const clock = createFakeClock();
  const journal = openJournal({ directory, allowVolatile: true, clock });
  if (journal.resumePoint('pods') === null) {
    const resumePoints = (['pods', 'events'] as const).map((stream) => ({ stream, resourceVersion: '1' }));
    journal.commit({ pods: [], events: [], resumePoints });
  }
  const told: string[] = [];
  const log: string[] = [];
  const details: object[] = [];
  const warn = (given: object, message: string) => {
    log.push(message);
    details.push(given);
  };
  const setAside = createSetAside({ log: { info() {}, warn }, clock });
  const ingest = createIngest({
    ...{ journal, clock, setAside, matching },
    cluster: { name: 'test', uid: 'cluster-uid' },
    onStored: (events) =>
      told.push(...events.map(({ event }) => `${event.hook} ${event.partitionKey.split('/')[0]}`)),
    streams: ['pods', 'events'],
    follows: () => true,
    replayExisting: false,
  });
  const accept: Watcher['accept'] = (resourceVersion, changes) => {
    ingest.accept({ stream: 'pods', kind: 'changes', changes, resourceVersion });
    ingest.settle();
  };
  return {
    ...{ ingest, clock, told, log, details, accept },
    see: (resourceVersion, ...pods) =>
      ingest.accept({
        stream: 'pods',
        kind: 'changes',
        changes: pods.map((pod) => ({ kind: 'seen', pod: podOf(pod) })),
        resourceVersion,
      }),
    notice(resourceVersion, ...events) {
      const notices = events.flatMap((event) => {
        const read = readNotice(event);
        return read.kind === 'notice' ? [read.notice] : [];
      });
      ingest.accept({ stream: 'events', kind: 'notices', notices, listed: false, resourceVersion });
    },
    stored: () => journal.resumePoint('events')?.resourceVersion ?? null,
    report() {
      const { pods, totals } = setAside.report();
      const counted = totals.filter(({ count }) => count > 0);
      return {
        pods,
        ...Object.fromEntries(counted.map(({ resource, reason, count }) => [`${resource}/${reason}`, count])),
      };
    },
    close() {
      ingest.settle();
      journal.close();
    },
  };
}

function podOf(options: PodOptions) {
  const pod = projectPod(podObject(options));
  if (pod === null) throw new Error('not a Pod');
  return pod;
}
