import { describe, expect, test } from 'vitest';
import { readHookObject } from '../../../watcher/tenancy/objects/hook-object.ts';
import { type Admission, judgeObjects } from '../../../watcher/tenancy/objects/judge-objects.ts';
import { clusterHookSubscription, hookSubscription } from './hook-objects.ts';

const open: Admission = { taken: new Set(), watched: null, mostOfNamespace: 100 };

function judge(objects: readonly Record<string, unknown>[], admission: Partial<Admission> = {}) {
  const read = objects.flatMap((object) => {
    const kind = object.kind === 'HookSubscription' ? 'HookSubscription' : 'ClusterHookSubscription';
    const found = readHookObject(kind, object);
    return found === null ? [] : [found];
  });
  const judged = judgeObjects(read, { ...open, ...admission });
  return read.map(({ object }) => {
    const judgement = judged.get(object.uid);
    return judgement?.kind === 'refused' ? judgement.reason : judgement?.kind;
  });
}

describe('an object becomes a subscription', () => {
  test('when its spec is one', () => {
    expect(judge([hookSubscription(), clusterHookSubscription()])).toEqual(['admitted', 'admitted']);
  });

  test('whatever a list leaves out of it: kind and apiVersion', () => {
    const { kind: _, apiVersion: __, ...bare } = hookSubscription();
    expect(readHookObject('HookSubscription', bare)?.spec).not.toBeNull();
  });
});

describe('an object is refused', () => {
  test('as Invalid where its spec is none, with paths and nothing of a URL', () => {
    const object = hookSubscription({ spec: { target: { url: 'http://user:hunter2@a.example.com/' } } });
    const found = readHookObject('HookSubscription', object);
    expect(judge([object])).toEqual(['Invalid']);
    expect(found?.faults.join()).toContain('spec.target.url');
    expect(found?.faults.join()).not.toContain('hunter2');
  });

  test('as NamespaceNotWatched where the Pods of its namespace are not followed', () => {
    expect(judge([hookSubscription()], { watched: ['other'] })).toEqual(['NamespaceNotWatched']);
    expect(judge([clusterHookSubscription()], { watched: ['other'] })).toEqual(['admitted']);
  });

  test('as NameTaken where the file has a subscription of the name, if it is of the cluster', () => {
    const taken = new Set(['audit']);
    const objects = [hookSubscription({ name: 'audit' }), clusterHookSubscription({ name: 'audit' })];
    expect(judge(objects, { taken })).toEqual(['admitted', 'NameTaken']);
  });

  test('as QuotaExceeded where its namespace has enough, the oldest first and whatever the order of the list', () => {
    const objects = [3, 1, 2].map((n) =>
      hookSubscription({ name: `s${n}`, creationTimestamp: `2026-01-0${n}T00:00:00Z` }),
    );
    expect(judge(objects, { mostOfNamespace: 2 })).toEqual(['QuotaExceeded', 'admitted', 'admitted']);
  });

  test('for the quota of its own namespace alone', () => {
    const objects = [
      hookSubscription({ name: 'a', namespace: 'flood' }),
      hookSubscription({ name: 'b', namespace: 'flood' }),
      hookSubscription({ name: 'c', namespace: 'shop' }),
      clusterHookSubscription(),
    ];
    const results = judge(objects, { mostOfNamespace: 1 });
    expect(results.toSorted()).toEqual(['QuotaExceeded', 'admitted', 'admitted', 'admitted']);
    expect(results.slice(2)).toEqual(['admitted', 'admitted']);
  });

  test('where there are a thousand in all; one that is refused takes nobody a place', () => {
    const many = Array.from({ length: 1_001 }, (_, n) =>
      hookSubscription({ name: `s${n}`, namespace: `n${n}` }),
    );
    const invalid = hookSubscription({ name: 'invalid', spec: {} });
    const results = judge([invalid, ...many]);
    expect(results.filter((result) => result === 'admitted')).toHaveLength(1_000);
    expect(results.filter((result) => result === 'QuotaExceeded')).toHaveLength(1);
  });
});
