import { readFileSync } from 'node:fs';

/** What differs between two states of benchmark Pods. */
export type PodState = {
  /** Which Pod; its UID, name and address follow from it. */
  readonly index: number;
  readonly resourceVersion: number;
  /** Which run of its container, from 0; the containerID follows from it. */
  readonly run: number;
  readonly phase: 'running' | 'ended';
  readonly ready: boolean;
  /** Grows with changes that are nobody's business, such as annotations. */
  readonly revision: number;
};

/** Recorded on a real cluster: a plain Pod, one with hooks, one of a StatefulSet and one of a Job. */
const TRACES = ['plain', 'hooks-pod', 'sts-recreate', 'job'];
const SLOT = /\u00a7(\w+)\u00a7/;

/**
 * Real Pods as text with slots for what differs. The recorded ones are small; they get what a Deployment's Pod
 * carries on top: labels, environment, resources, probes, an image with its digest, and the entries of managedFields
 * that go with it. That makes 5 to 6 KB, as in production clusters.
 */
export function loadPodTemplates(): readonly ((state: PodState) => string)[] {
  return TRACES.map((name) => templateOf(lastRunning(name)));
}

type Json = Record<string, unknown>;
type RecordedPod = { metadata: Json; spec: Json & { containers: Json[] }; status: RecordedStatus };
type RecordedStatus = Json & { conditions: Json[]; containerStatuses: Json[] };

function lastRunning(name: string): RecordedPod {
  const file = new URL(`../../test/fixtures/traces/${name}.ndjson`, import.meta.url);
  const pods = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ stream, event }) => stream === 'pods' && !event.object.metadata.deletionTimestamp)
    .map(({ event }) => event.object as RecordedPod)
    .filter(({ status }) => status.containerStatuses?.every(({ ready }) => ready === true));
  const last = pods.at(-1);
  if (last === undefined) throw new Error(`the trace ${name} shows no Pod that is ready`);
  return last;
}

function templateOf(recorded: RecordedPod): (state: PodState) => string {
  const pod = withSlots(recorded);
  const [head = '', ...rest] = JSON.stringify(pod)
    .replace('"\u00a7status\u00a7"', '\u00a7status\u00a7')
    .split(SLOT);
  return (state) => {
    const values = slotValues(state);
    let text = head;
    for (let at = 0; at < rest.length; at += 2) text += (values[rest[at] ?? ''] ?? '') + rest[at + 1];
    return text;
  };
}

const ENVIRONMENT = ['DATABASE_HOST', 'DATABASE_PORT', 'LOG_LEVEL', 'REGION'].map((name) => ({
  name,
  value: `${name.toLowerCase()}.internal.example`,
}));
const LABELS = { app: 'checkout', 'app.kubernetes.io/version': '1.42.0', 'pod-template-hash': '7c9f5d8b6d' };
const RESOURCES = { limits: { cpu: '500m', memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } };

function withSlots({ metadata, spec, status }: RecordedPod): object {
  const [container = {}, ...containers] = spec.containers;
  const env = Object.fromEntries(
    ENVIRONMENT.map(({ name }) => [`k:{"name":"${name}"}`, { '.': {}, 'f:value': {} }]),
  );
  const { managedFields, ...identity } = metadata;
  const managed = { manager: 'kube-controller-manager', operation: 'Update', fieldsV1: { 'f:env': env } };
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      ...identity,
      name: '\u00a7name\u00a7',
      uid: '\u00a7uid\u00a7',
      resourceVersion: '\u00a7resourceVersion\u00a7',
      labels: { ...(metadata.labels as object), ...LABELS },
      annotations: { 'checkout.example/revision': '\u00a7revision\u00a7' },
      managedFields: [...(managedFields as object[]), managed],
    },
    spec: { ...spec, containers: [{ ...container, env: ENVIRONMENT, resources: RESOURCES }, ...containers] },
    status: {
      ...status,
      conditions: status.conditions.map((each) =>
        each.type === 'Ready' ? { ...each, status: '\u00a7ready\u00a7' } : each,
      ),
      podIP: '\u00a7ip\u00a7',
      podIPs: [{ ip: '\u00a7ip\u00a7' }],
      containerStatuses: ['\u00a7status\u00a7'],
    },
  };
}

function slotValues(state: PodState): Readonly<Record<string, string>> {
  const { index, resourceVersion, ready, revision } = state;
  return {
    name: `checkout-7c9f5d8b6d-${index.toString(36).padStart(5, '0')}`,
    uid: podUid(index),
    resourceVersion: String(resourceVersion),
    revision: String(revision),
    ready: ready ? 'True' : 'False',
    ip: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
    status: JSON.stringify(containerStatus(state)),
  };
}

/** metadata.uid of a benchmark Pod. */
export function podUid(index: number): string {
  return `${index.toString(16).padStart(8, '0')}-1e30-4151-90c6-ca723dca3e76`;
}

function containerStatus({ index, run, phase, ready }: PodState): object {
  const image = 'registry.example/checkout:1.42.0';
  return {
    name: 'app',
    state:
      phase === 'running' ? { running: { startedAt: secondOf(run * 2) } } : { terminated: ended(index, run) },
    lastState: phase === 'running' && run > 0 ? { terminated: ended(index, run - 1) } : {},
    ready: ready && phase === 'running',
    restartCount: run,
    image,
    imageID: `${image}@sha256:3bc546163575bff63254b1a844ad713ef1e10ec734d8fa1ee41e261df5c519dd`,
    containerID: containerId(index, run),
    started: phase === 'running',
    resources: RESOURCES,
  };
}

function ended(index: number, run: number): object {
  const times = { startedAt: secondOf(run * 2), finishedAt: secondOf(run * 2 + 1) };
  return { exitCode: 1, reason: 'Error', ...times, containerID: containerId(index, run) };
}

function containerId(index: number, run: number): string {
  return `containerd://${index.toString(16).padStart(32, 'e993')}${run.toString(16).padStart(32, '0')}`;
}

function secondOf(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString().replace('.000Z', 'Z');
}
