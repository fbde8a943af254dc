import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { createIngest } from '../../../watcher/ingest/ingest.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { followedBy } from '../../../watcher/run/open-sources.ts';
import type { ListReason, PodChange } from '../../../watcher/source/sink/source-batch.ts';
import { type PodStream, streamOf } from '../../../watcher/source/sink/stream-name.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { makeOldestSchema } from '../../support/oldest-schema.ts';
import { podObject, running } from '../../support/pod-object.ts';
import { quietSetAside } from '../../support/set-aside.ts';

const DAY_MS = 24 * 3_600_000;

it('a namespace that is left out keeps its place: nothing is told then, and later what happened meanwhile', () => {
  const both = start({ namespaces: ['pay', 'shop'] });
  both.list('pods/shop', 10, 'start');
  both.list('pods/pay', 11, 'start');
  both.see('pods/shop', 12, 'shop', 'a');
  expect(both.end()).toEqual(['postStart a']);

  const one = start({ ...both, namespaces: ['pay'] });
  one.see('pods/pay', 20, 'pay', 'b');
  one.list('pods/pay', 21, 'resync');
  expect(one.end()).toEqual(['postStart b', 'preStop b', 'postStop b']);

  const again = start({ ...both, namespaces: ['pay', 'shop'] });
  expect([again.point('pods/shop'), again.point('pods/pay')]).toEqual(['12', '21']);
  again.gone('pods/shop', 15, 'shop', 'a');
  expect(again.end()).toEqual(['preStop a', 'postStop a']);
});

it('a namespace that was never followed begins with a baseline, whatever the others have told', () => {
  const shop = start({ namespaces: ['shop'] });
  shop.list('pods/shop', 10, 'start');
  shop.end();
  const both = start({ ...shop, namespaces: ['pay', 'shop'] });
  expect([both.point('pods/shop'), both.point('pods/pay')]).toEqual(['10', null]);
  both.list('pods/pay', 30, 'start', ['old', 'pay']);
  both.see('pods/pay', 31, 'pay', 'new');
  expect(both.end()).toEqual(['postStart new']);
});

it('from the whole cluster to namespaces and back, each goes on where it stood, and nothing is told twice', () => {
  const cluster = start({});
  cluster.list('pods', 10, 'start');
  cluster.end();
  const both = start({ ...cluster, namespaces: ['pay', 'shop'] });
  expect([both.point('pods/shop'), both.point('pods/pay')]).toEqual(['10', '10']);
  both.see('pods/shop', 12, 'shop', 'a');
  both.gone('pods/shop', 14, 'shop', 'a');
  both.see('pods/pay', 11, 'pay', 'b');
  expect(both.end()).toEqual(['postStart a', 'preStop a', 'postStop a', 'postStart b']);

  const wide = start({ ...cluster, afterMs: 9 * DAY_MS });
  expect(wide.point('pods')).toBe('10');
  wide.see('pods', 11, 'pay', 'b');
  wide.see('pods', 12, 'shop', 'a');
  wide.see('pods', 13, 'blog', 'c');
  wide.gone('pods', 14, 'shop', 'a');
  wide.see('pods', 15, 'shop', 'd');
  expect(wide.end()).toEqual(['postStart c', 'postStart d']);
  const narrow = start({ ...cluster, namespaces: ['pay', 'shop'] });
  expect([narrow.point('pods/shop'), narrow.point('pods/pay')]).toEqual(['15', '15']);
  narrow.end();
});

it('a list of before what a namespace was read to says nothing of its Pods', () => {
  const cluster = start({});
  cluster.list('pods', 10, 'start');
  cluster.end();
  const shop = start({ ...cluster, namespaces: ['shop'] });
  shop.see('pods/shop', 22, 'shop', 'a');
  shop.end();
  const wide = start({ ...cluster });
  wide.list('pods', 20, 'expired');
  expect(wide.end()).toEqual(['gap 10-20']);
});

it('when history is put back, what namespaces were read to before says nothing any more', () => {
  const cluster = start({});
  cluster.list('pods', 10, 'start');
  cluster.end();
  const shop = start({ ...cluster, namespaces: ['shop'] });
  shop.see('pods/shop', 22, 'shop', 'a');
  shop.end();
  const wide = start({ ...cluster });
  wide.list('pods', 5, 'epochChanged', ['b', 'shop']);
  wide.see('pods', 6, 'shop', 'c');
  expect(wide.end()).toEqual(['postStart b', 'preStop a', 'postStop a', 'gap 10-5', 'postStart c']);
});

it('a journal from before namespaces were followed one by one is gone on with, by each of them', () => {
  const before = start({});
  before.list('pods', 10, 'start');
  before.end();
  for (const namespaces of [['pay', 'shop'], ['shop'], undefined]) {
    const database = new DatabaseSync(join(before.directory, 'journal.db'));
    database.exec("DELETE FROM resume_point; INSERT INTO resume_point VALUES ('pods', '10', 7)");
    makeOldestSchema(database);
    database.close();
    const after = start({ ...before, namespaces });
    for (const stream of streamsOf(namespaces)) expect(after.point(stream)).toBe('10');
    after.end();
    // What nobody knows any more what it was of is no place to begin for another namespace.
    const later = start({ ...before, namespaces: ['blog', ...(namespaces ?? ['shop'])] });
    expect(later.point('pods/blog')).toBe(namespaces === undefined ? '10' : null);
    later.end();
  }
});

it('a gap names the one namespace that it concerns, and none where another may have missed the same', () => {
  const both = start({ namespaces: ['pay', 'shop'] });
  both.list('pods/shop', 10, 'start');
  both.list('pods/pay', 20, 'start');
  both.list('pods/shop', 30, 'expired');
  both.list('pods/pay', 40, 'expired');
  expect(both.end()).toEqual(['gap 10-30 shop', 'gap 20-40 pay']);

  const same = start({ namespaces: ['pay', 'shop'] });
  same.list('pods/shop', 10, 'start');
  same.list('pods/pay', 10, 'start');
  same.list('pods/shop', 30, 'expired');
  same.list('pods/pay', 30, 'expired');
  expect(same.end()).toEqual(['gap 10-30']);
});

function streamsOf(namespaces: readonly string[] | undefined): readonly PodStream[] {
  return namespaces?.map((name) => streamOf('pods', name)) ?? ['pods'];
}

/** One life of a watcher on a journal. */
function start({
  directory = join(volatileDirectory(), 'journal'),
  namespaces,
  afterMs = 0,
}: {
  readonly directory?: string;
  readonly namespaces?: readonly string[] | undefined;
  /** Old enough, what was told is removed before the start. */
  readonly afterMs?: number;
}) {
  const clock = createFakeClock();
  const journal = openJournal({ directory, allowVolatile: true, clock });
  if (afterMs > 0) journal.removeExpired(clock.nowMs() + afterMs);
  const told: string[] = [];
  const watch = { kubeletEvents: false, resyncIntervalMs: 1, replayExisting: false };
  const ingest = createIngest({
    journal,
    streams: streamsOf(namespaces),
    cluster: { name: 'test', uid: 'cluster-uid' },
    clock,
    matching: () => [],
    onStored(events) {
      for (const { event, body } of events)
        told.push(event.hook === 'gap' ? gapOf(body) : `${event.hook} ${event.partitionKey.split('/')[0]}`);
    },
    follows: followedBy({ ...watch, ...(namespaces && { namespaces }) }),
    setAside: quietSetAside(),
    replayExisting: false,
  });
  const change = (stream: PodStream, kind: PodChange['kind'], rv: number, namespace: string, uid: string) => {
    const changes = [{ kind, pod: podOf(namespace, uid, rv) }];
    ingest.accept({ stream, kind: 'changes', changes, resourceVersion: String(rv) });
  };
  return {
    directory,
    point: ingest.resumePoint,
    see: (stream: PodStream, rv: number, namespace: string, uid: string) =>
      change(stream, 'seen', rv, namespace, uid),
    gone: (stream: PodStream, rv: number, namespace: string, uid: string) =>
      change(stream, 'gone', rv, namespace, uid),
    /** @param only the Pod in it, by UID and namespace. */
    list(stream: PodStream, rv: number, why: ListReason, only?: readonly [uid: string, namespace: string]) {
      const pods = only === undefined ? [] : [podOf(only[1], only[0], rv)];
      ingest.accept({ stream, kind: 'page', why, pods });
      const keys = new Set(pods.map(({ key }) => key));
      ingest.accept({ stream, kind: 'listed', why, keys, resourceVersion: String(rv) });
    },
    /** Ends it; what it told. */
    end() {
      ingest.settle();
      journal.close();
      return told;
    },
  };
}

function gapOf(body: Uint8Array): string {
  const { data } = JSON.parse(new TextDecoder().decode(body));
  const interval = `gap ${data.from.resourceVersion}-${data.to.resourceVersion}`;
  return data.namespace === undefined ? interval : `${interval} ${data.namespace}`;
}

function podOf(namespace: string, uid: string, resourceVersion: number) {
  const object = podObject({
    ...{ uid, name: uid, resourceVersion },
    containers: [{ state: running(5), containerID: `containerd://${uid}` }],
  });
  Object.assign(object.metadata as object, { namespace });
  const pod = projectPod(object);
  if (pod === null) throw new Error('no Pod');
  return pod;
}
