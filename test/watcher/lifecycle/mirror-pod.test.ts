import { describe, expect, it } from 'vitest';
import { createClusterView } from '../../../watcher/lifecycle/cluster-view.ts';
import { isMirrorKey, mirrorKey } from '../../../watcher/lifecycle/snapshot/mirror-pod.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { at, type PodOptions, podObject, running } from '../../support/pod-object.ts';

const HASH = 'same-hash-everywhere';
const ANNOTATIONS = { 'kubernetes.io/config.mirror': HASH, 'kubernetes.io/config.hash': HASH };

describe('the key of a mirror Pod', () => {
  // python3: 'mirror-' + hashlib.sha256(b'\0'.join([b'offhook.v1.mirror', ns, name, hash])).hexdigest()[:32]
  it.each([
    ['kube-system', 'kube-proxy-n1', HASH, 'mirror-74c830f0a05cca718816aad115721109'],
    ['kube-system', 'kube-proxy-n2', HASH, 'mirror-7f53179831858267f0cf55fdd264c078'],
    [
      'kube-system',
      'etcd-cp1',
      '3b1c0a6f9a3fd1f1f6c0f9a0f3a5c7d2',
      'mirror-003346fd04c7af7cf42da1111db4335d',
    ],
  ])('of %s/%s with hash %s is %s', (namespace, name, hash, key) => {
    expect(mirrorKey({ namespace, name, hash })).toBe(key);
    expect(isMirrorKey(key)).toBe(true);
  });

  it('is a space in which no other Pod can be', () => {
    const key = mirrorKey({ namespace: 'kube-system', name: 'kube-proxy-n1', hash: HASH });
    expect(projectPod(podObject({ uid: key }))).toBeNull();
    expect(projectPod(podObject({ uid: 'mirror-n1' }))?.key).toBe('mirror-n1');
  });
});

describe('a Pod counts as a mirror Pod', () => {
  const owner = (kind: string, name: string) => [
    { apiVersion: 'v1', kind, name, uid: 'x', controller: true },
  ];
  const mirror = { uid: 'uid-1', name: 'proxy-node1', annotations: ANNOTATIONS };
  const isMirror = (options: PodOptions, ownerReferences?: unknown) => {
    const object = podObject(options);
    Object.assign(object.metadata as object, { ownerReferences });
    const pod = projectPod(object);
    expect(pod?.mirror).toBe(isMirrorKey(pod?.key ?? ''));
    return pod?.mirror;
  };

  it('with its Node as owner, and without any owner, as old kubelets made it', () => {
    expect(isMirror(mirror, owner('Node', 'node1'))).toBe(true);
    expect(isMirror(mirror)).toBe(true);
    expect(isMirror(mirror, null)).toBe(true);
  });

  it.each<[string, PodOptions, unknown]>([
    [
      'two annotations that differ',
      { ...mirror, annotations: { ...ANNOTATIONS, 'kubernetes.io/config.hash': 'x' } },
      [],
    ],
    ['one annotation', { ...mirror, annotations: { 'kubernetes.io/config.hash': HASH } }, []],
    ['the name of another node', { ...mirror, name: 'proxy-node2' }, []],
    ['no node', { ...mirror, nodeName: null }, []],
    ['another node as owner', mirror, owner('Node', 'node2')],
    ['a ReplicaSet as owner', mirror, owner('ReplicaSet', 'node1')],
    ['its Node and something else as owner', mirror, [...owner('Node', 'node1'), ...owner('Job', 'x')]],
  ])('not with %s', (_, options, owners) => {
    expect(isMirror(options, owners)).toBe(false);
    expect(projectPod(podObject(options))?.uid).toBe('uid-1');
  });
});

describe('two mirror Pods with one hash', () => {
  it('are two', () => {
    const view = createClusterView();
    const hooks = ['node1', 'node2'].flatMap((node) => {
      const pod = projectPod(
        podObject({
          ...{ uid: `uid-${node}`, name: `proxy-${node}`, nodeName: node, annotations: ANNOTATIONS },
          containers: [{ state: running(5), containerID: `containerd://${node}` }],
        }),
      );
      return pod === null ? [] : view.seen(pod, 'watch');
    });
    expect(hooks.map(({ hook, container }) => `${hook} ${container.id}`)).toEqual([
      'postStart containerd://node1',
      'postStart containerd://node2',
    ]);
    expect(new Set(hooks.map(({ pod }) => pod.uid)).size).toBe(2);
  });
});

describe("a tenant's Pod that carries a victim's UID in its annotations", () => {
  const victim = podObject({
    ...{ uid: 'victim-uid', name: 'db-0' },
    containers: [{ state: running(5), containerID: 'containerd://victim' }],
  });
  const annotations = {
    'kubernetes.io/config.mirror': 'victim-uid',
    'kubernetes.io/config.hash': 'victim-uid',
  };

  it.each(['web', 'web-node1'])('named %s says nothing of the victim', (name) => {
    const view = createClusterView();
    const seen = (object: Record<string, unknown>) => {
      const pod = projectPod(object);
      return pod === null ? [] : view.seen(pod, 'watch');
    };
    seen(victim);
    const tenant = podObject({
      ...{ uid: 'tenant-uid', name, annotations },
      deletion: { timestamp: at(60), grace: 30 },
      containers: [{ state: running(6), containerID: 'containerd://tenant' }],
    });
    const told = [
      ...seen(tenant),
      ...view.gone(projectPod(tenant) ?? fail(), 0),
      ...view.away().flatMap((key) => view.settle(key, 1e9)),
    ];
    expect(told.map(({ pod }) => pod.uid)).not.toContain('victim-uid');
    expect(told.map(({ container }) => container.id)).not.toContain('containerd://victim');
    const end = podObject({
      ...{ uid: 'victim-uid', name: 'db-0' },
      containers: [
        {
          state: {
            terminated: {
              ...{ containerID: 'containerd://victim', exitCode: 3, reason: 'Error' },
              ...{ startedAt: at(5), finishedAt: at(9) },
            },
          },
        },
      ],
    });
    expect(seen(end).map(({ hook }) => hook)).toEqual(['postStop']);
  });
});

function fail(): never {
  throw new Error('not a Pod');
}
