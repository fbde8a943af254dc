import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPod } from '../../../../watcher/lifecycle/snapshot/project-pod.ts';
import { parsePods } from '../../../../watcher/source/api/parse-pods.ts';
import { traceLines, traceNames } from '../../../support/traces.ts';

type PodEvent = {
  readonly type: string;
  readonly object: { readonly metadata: object; readonly spec: object };
};
type Parsed = {
  readonly object: {
    readonly metadata: { readonly managedFields?: readonly unknown[] };
    readonly spec: object;
    readonly status: { readonly conditions?: readonly unknown[] };
  };
};

type Draft = Readonly<
  Record<'isBound' | 'hasHook' | 'hasInit' | 'isDisrupted' | 'isReady' | 'hasClaim' | 'hasStatus', boolean> &
    Record<'hasStarted' | 'hasDebugger' | 'hasClass', boolean> &
    Record<'annotations' | 'nodeSelector' | 'limits', Record<string, string>>
> & {
  readonly args: string[];
  readonly message: string;
  readonly hostNetwork: true | undefined;
  readonly others: number;
};

const PLAIN: Draft = {
  ...{ annotations: {}, nodeSelector: {}, limits: {}, args: [], message: '', hostNetwork: undefined },
  ...{ isBound: true, hasHook: false, hasInit: false, isDisrupted: false, isReady: true },
  ...{ hasClaim: false, hasStatus: true, hasStarted: true, hasDebugger: false, hasClass: true, others: 0 },
};

const ADDRESSES = {
  ...{ hostIP: '192.0.2.1', hostIPs: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }] },
  ...{ podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: '2001:db8::2' }] },
};

/** As a watch tells of it. */
function podLine(pod: object | undefined): string {
  return JSON.stringify({ type: 'MODIFIED', object: { kind: 'Pod', apiVersion: 'v1', ...pod } });
}

/** What follows a container's ID in its status. */
function restOfStatus({ hasStarted, limits, args }: Draft) {
  const volumeMounts = args.map((name) => ({ name, mountPath: name }));
  return {
    ...(hasStarted && { started: true }),
    ...{ allocatedResources: limits, resources: { limits, requests: limits }, volumeMounts },
    user: { linux: { uid: 0, supplementalGroups: [0] } },
  };
}

/** A Pod with the fields that are read and some that are not, in the order in which Go writes them. */
function draftPod(draft: Draft, index: number) {
  const { annotations, nodeSelector, limits, args, message, hostNetwork } = draft;
  const lifecycle = draft.hasHook ? { preStop: { exec: { command: args } } } : undefined;
  const claim = { metadata: { annotations }, spec: { nodeName: 'claimed', storage: limits } };
  const conditions = [
    ...(draft.isDisrupted ? [{ type: 'DisruptionTarget', status: 'True', reason: 'Evicted', message }] : []),
    ...(draft.isReady ? [{ type: 'Ready', status: 'True', message }] : []),
  ];
  return {
    metadata: {
      ...{ name: `web-${index}`, namespace: 'shop', uid: `uid-${index}`, resourceVersion: String(index + 1) },
      annotations,
      managedFields: [{ manager: 'kubelet', fieldsV1: { 'f:status': {} } }],
    },
    spec: {
      volumes: draft.hasClaim ? [{ name: 'data', ephemeral: { volumeClaimTemplate: claim } }] : [],
      ...(draft.hasInit && { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] }),
      containers: [{ name: 'app', args, resources: { limits }, ...(lifecycle && { lifecycle }) }],
      nodeSelector,
      ...(draft.isBound && { nodeName: `node-${index}` }),
      ...(hostNetwork && { hostNetwork }),
      securityContext: {},
    },
    ...(draft.hasStatus && {
      status: {
        ...{
          phase: 'Running',
          conditions,
          ...(message !== '' && { message }),
          ...ADDRESSES,
          startTime: '2026-01-01T00:00:00Z',
        },
        ...(draft.hasInit && { initContainerStatuses: [{ name: 'proxy', state: {} }] }),
        containerStatuses: Array.from({ length: 1 + draft.others }, (_, at) => ({
          ...{
            name: `app-${at}`,
            state: { waiting: { reason: message } },
            lastState: {},
            restartCount: index,
          },
          ...{ containerID: `containerd://${at}`, ...restOfStatus(draft) },
        })),
        ...(draft.hasClass && { qosClass: 'Burstable' }),
        ...(draft.hasDebugger && { ephemeralContainerStatuses: [{ name: 'debug', state: {} }] }),
        resources: { limits },
      },
    }),
  };
}

/** What the watcher makes of an event: of a Pod that is all that is read. */
function readings(event: unknown): unknown {
  const { type, object } = event as { readonly type: string; readonly object: { metadata: Metadata } };
  return { type, resourceVersion: object.metadata.resourceVersion, pod: readPod(object) };
}

function addressOf({ status }: ReturnType<typeof draftPod>): unknown {
  return status && [status.podIP, status.podIPs];
}

type Metadata = { readonly resourceVersion?: string };

/** As Go writes a Pod: managedFields last in metadata, the spec after it. */
function podText(metadata: object, managedFields: unknown, spec: object): string {
  return JSON.stringify({ type: 'ADDED', object: { metadata: { ...metadata, managedFields }, spec } });
}

/** Texts made of what could mislead a search in the text. */
const trap = fc
  .array(fc.constantFrom('"managedFields":[', '}]},"spec":{', '}]', '\\', '"', '[', '}', 'x', '\u2028'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));
const entry = fc.record({
  manager: trap,
  fieldsV1: fc.dictionary(trap, fc.dictionary(trap, fc.constant({}))),
});

describe('parsePods', () => {
  it('reads the recorded Pods as JSON.parse does, with less of what nobody reads', () => {
    const lines = traceNames()
      .flatMap((name) => traceLines(name))
      .filter(({ stream }) => stream === 'pods')
      .map(({ event }) => JSON.stringify(event));
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) expect(readings(parsePods(line))).toEqual(readings(JSON.parse(line)));
    const parsed = lines.map((line) => parsePods(line) as Parsed);
    const count = (isShort: (event: Parsed) => boolean) => parsed.filter(isShort).length;
    expect(count(({ object }) => object.metadata.managedFields?.length === 0)).toBeGreaterThan(100);
    expect(count(({ object }) => Object.keys(object.spec).length < 4)).toBeGreaterThan(100);
    expect(count(({ object }) => object.status.conditions?.length === 0)).toBeGreaterThan(50);
  });

  it('reads Pods as JSON.parse does, whatever those who make them write into them', () => {
    const text = trap;
    const map = fc.dictionary(
      fc.oneof(trap, fc.constantFrom('nodeName', 'lifecycle', 'status', 'metadata')),
      trap,
    );
    const optional = fc.option(fc.constant(true), { nil: undefined });
    const arbitrary = fc.record({
      ...{ annotations: map, nodeSelector: map, limits: map, args: fc.array(text), message: text },
      ...{ isBound: fc.boolean(), hasHook: fc.boolean(), hostNetwork: optional, hasInit: fc.boolean() },
      ...{
        isDisrupted: fc.boolean(),
        isReady: fc.boolean(),
        hasClaim: fc.boolean(),
        hasStatus: fc.boolean(),
      },
      ...{ hasStarted: fc.boolean(), hasDebugger: fc.boolean(), hasClass: fc.boolean(), others: fc.nat(2) },
    });
    fc.assert(
      fc.property(fc.array(arbitrary, { minLength: 1, maxLength: 3 }), (drafts) => {
        const pods = drafts.map(draftPod);
        const [first] = pods;
        const line = podLine(first);
        expect(readings(parsePods(line))).toEqual(readings(JSON.parse(line)));
        const metadata = { resourceVersion: '7' };
        const list = JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata, items: pods });
        const { items } = parsePods(list) as { readonly items: readonly (typeof pods)[number][] };
        expect(items.map(readPod)).toEqual(pods.map((pod) => readPod(JSON.parse(JSON.stringify(pod)))));
        // Where a Service leads is read from a list.
        expect(items.map(({ spec }) => spec.hostNetwork)).toEqual(pods.map(({ spec }) => spec.hostNetwork));
        expect(items.map(addressOf)).toEqual(pods.map(addressOf));
      }),
      { numRuns: 500 },
    );
  });

  it('takes no key of a nodeSelector for the node of a Pod that has none', () => {
    const text = podLine(draftPod({ ...PLAIN, isBound: false, nodeSelector: { nodeName: 'chosen' } }, 0));
    expect(readings(parsePods(text))).toEqual(readings(JSON.parse(text)));
    expect(readings(parsePods(text))).toMatchObject({ pod: { node: null } });
  });

  it('takes no Pod of a list for a part of the one before it, which has no status', () => {
    const pods = [
      draftPod({ ...PLAIN, hasStatus: false }, 0),
      draftPod({ ...PLAIN, isBound: false }, 1),
      draftPod(PLAIN, 2),
    ];
    const metadata = { resourceVersion: '7' };
    const list = JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata, items: pods });
    const { items } = parsePods(list) as { readonly items: readonly unknown[] };
    expect(items.map((item) => readPod(item)?.key)).toEqual(['uid-0', 'uid-1', 'uid-2']);
  });

  it.each([
    ['the last', { others: 1 }],
    ['the only', { others: 0 }],
  ])('parses neither the addresses of a Pod nor the resources of %s container', (_, draft) => {
    const text = podLine(draftPod({ ...PLAIN, ...draft, limits: { cpu: '1' } }, 0));
    expect(readings(parsePods(text))).toEqual(readings(JSON.parse(text)));
    const { object } = parsePods(text) as { readonly object: ReturnType<typeof draftPod> };
    expect(object.status?.podIPs).toBeUndefined();
    expect(object.status?.containerStatuses.at(-1)?.resources).toBeUndefined();
  });

  it('takes no status of a container that has not started for resources of the one before it', () => {
    const { status, ...pod } = draftPod({ ...PLAIN, others: 1 }, 0);
    const [first, last] = status?.containerStatuses ?? [];
    const statuses = [first, { ...last, started: undefined }];
    const text = podLine({ ...pod, status: { ...status, containerStatuses: statuses } });
    expect(readings(parsePods(text))).toEqual(readings(JSON.parse(text)));
  });

  it('leaves spec and conditions of other kinds as they are', () => {
    const spec = { selector: {}, nodeName: 'n', securityContext: {} };
    const metadata = { uid: 'a', managedFields: [{ manager: 'x' }] };
    const status = { conditions: [{ type: 'Ready' }] };
    const object = { kind: 'HookSubscription', apiVersion: 'v1', metadata, spec, status };
    const parsed = parsePods(JSON.stringify({ type: 'ADDED', object })) as { readonly object: unknown };
    expect(parsed.object).toEqual({ ...object, metadata: { uid: 'a', managedFields: [] } });
  });

  it('is misled by nothing that names, labels and annotations can hold', () => {
    const arbitrary = fc.tuple(
      fc.record({ annotations: fc.dictionary(trap, trap), labels: fc.dictionary(trap, trap) }),
      fc.array(entry, { maxLength: 3 }),
      fc.record({ args: fc.array(trap), volumes: fc.array(fc.record({ name: trap })) }),
    );
    fc.assert(
      fc.property(arbitrary, ([metadata, managedFields, spec]) => {
        const text = podText(metadata, managedFields, spec);
        const all: PodEvent = JSON.parse(text);
        const short = parsePods(text) as PodEvent;
        expect({ ...short.object.metadata, managedFields: null }).toEqual({
          ...all.object.metadata,
          managedFields: null,
        });
        expect({ type: short.type, spec: short.object.spec }).toEqual({
          type: all.type,
          spec: all.object.spec,
        });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['no managedFields', { metadata: { uid: 'a' }, spec: {} }],
    [
      'an empty list of them',
      { metadata: { managedFields: [], finalizers: ['x'] }, spec: { volumes: [{}] } },
    ],
    ['fields after them', { metadata: { managedFields: [{ a: {} }], labels: { app: 'web' } }, spec: {} }],
    [
      'fields after them, and another metadata in the spec',
      {
        metadata: { managedFields: [{ manager: 'x' }], labels: { app: 'web' } },
        spec: { volumes: [{ claim: { metadata: { ownerReferences: [{ uid: 'b' }] }, spec: { size: 1 } } }] },
      },
    ],
  ])('reads a Pod with %s whole', (_, object) => {
    const text = JSON.stringify({ type: 'ADDED', object });
    expect(parsePods(text)).toEqual({ type: 'ADDED', object });
  });

  it('reads a list, leaving the managedFields of every Pod out', () => {
    const pod = (uid: string) => ({
      metadata: { uid, managedFields: [{ manager: uid }] },
      spec: { nodeName: uid },
    });
    const text = JSON.stringify({ metadata: { resourceVersion: '7' }, items: ['a', 'b', 'c'].map(pod) });
    const items = ['a', 'b', 'c'].map((uid) => ({
      metadata: { uid, managedFields: [] },
      spec: { nodeName: uid },
    }));
    expect(parsePods(text)).toEqual({ metadata: { resourceVersion: '7' }, items });
  });

  it('refuses what is not JSON', () => {
    const broken = '{"metadata":{"managedFields":[{"a":{}}]},"spec":{';
    expect(() => parsePods(broken)).toThrow(SyntaxError);
    expect(() => parsePods('')).toThrow(SyntaxError);
  });
});
