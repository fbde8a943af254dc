import { HOOKS, type Hook } from '../event/event-type.ts';

/** What there is a sample of: every hook, and better facts about an end that was told before. */
export const SAMPLE_NAMES = [...HOOKS, 'postStopAmended'] as const;
export type SampleName = Hook | 'postStopAmended';

/** `data` of a sample: a plain JSON object. */
export type SampleData = { readonly [key: string]: unknown };

const SECOND_MS = 1_000;
const GRACE_SECONDS = 30;

/**
 * What a sample says before anything of it is changed: one run of a container of a Deployment, seen as its hook says.
 *
 * @param nowMs wall time, when it is told.
 * @param unique 32 hexadecimal digits: the run, and the Pod, are theirs.
 */
export function sampleData(name: SampleName, nowMs: number, unique: string): SampleData {
  const cluster = { name: 'sample', uid: 'sample' };
  if (name === 'gap') {
    const from = { resourceVersion: '1000', time: new Date(nowMs - 60 * SECOND_MS).toISOString() };
    const to = { resourceVersion: `${2_000 + (Number.parseInt(unique.slice(0, 8), 16) % 1e9)}` };
    return { hook: name, cluster, from, to: { ...to, time: new Date(nowMs).toISOString() }, why: 'expired' };
  }
  if (name === 'disabled') {
    return { hook: name, cluster, subscription: 'sample', why: '410 Gone', deadLetters: 2 };
  }
  const hook = name === 'postStopAmended' ? 'postStop' : name;
  const facts = { pod: samplePod(unique), container: sampleContainer(name, nowMs, unique) };
  return { hook, observation: 'status', cluster, ...facts, ...extraOf(name, nowMs, unique) };
}

/** What only this hook tells. */
function extraOf(name: Exclude<SampleName, 'gap' | 'disabled'>, nowMs: number, unique: string): SampleData {
  switch (name) {
    case 'preStart':
    case 'postStart':
      return {};
    case 'preStop': {
      const deadline = kubernetesTime(nowMs + GRACE_SECONDS * SECOND_MS);
      return { stop: { trigger: 'podDeleted', reason: null, gracePeriodSeconds: GRACE_SECONDS, deadline } };
    }
    case 'postStop':
      return { exit: sampleExit(nowMs) };
    case 'postStopAmended':
      return { exit: sampleExit(nowMs), amends: '' };
    case 'hookFailed':
      return { failed: 'postStart', event: { uid: uuid(unique), count: 1 } };
    default:
      return name satisfies never;
  }
}

function samplePod(unique: string): SampleData {
  return {
    namespace: 'shop',
    name: `web-7c9f5d6b8-${unique.slice(0, 5)}`,
    uid: uuid(unique),
    node: 'node1',
    labels: { app: 'web', 'pod-template-hash': '7c9f5d6b8' },
    owner: { kind: 'ReplicaSet', name: 'web-7c9f5d6b8' },
  };
}

/** A preStart is told before there is a container. */
function sampleContainer(name: SampleName, nowMs: number, unique: string): SampleData {
  const created = name !== 'preStart';
  return {
    name: 'app',
    kind: 'app',
    id: created ? `containerd://${unique}${unique}` : null,
    image: 'registry.example/web:1.4.2',
    imageId: created ? `registry.example/web@sha256:${'0'.repeat(64)}` : null,
    restartCount: 0,
    skippedRuns: 0,
    startedAt: created ? kubernetesTime(nowMs - 60 * SECOND_MS) : null,
  };
}

function sampleExit(nowMs: number): SampleData {
  return { code: 0, signal: null, reason: 'Completed', finishedAt: kubernetesTime(nowMs) };
}

/** RFC 3339 in whole seconds, as Kubernetes writes it. */
function kubernetesTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
