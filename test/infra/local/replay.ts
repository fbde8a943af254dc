import { createLocalCluster, type LocalCluster } from '../../../infra/local/cluster.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { readEvents, request } from './http.ts';
import { manifestOf, podLines, type Scenario, type StreamLine } from './recording.ts';

/** Something done to the cluster at a moment of the recording. */
export type Step = { at: number; action: string; podName: string; body?: Record<string, unknown> };

export type Environment = {
  /** The random stretch of each back-off, as it happened to be in the recording. */
  jitter?: number[];
  /** What the recorded kubelet did for no cause visible in the stream. */
  steps?: Step[];
};

/** Does to a model what was done to the real cluster, at the same times; returns the streams a watcher sees. */
export async function replay(
  scenario: Scenario,
  { jitter = [], steps = [] }: Environment,
): Promise<StreamLine[]> {
  const clock = createFakeClock();
  // The recordings start a moment after the create action, which has a negative time.
  const startMs = 1000;
  const draws = [...jitter];
  const cluster = await createLocalCluster({ clock, jitter: () => draws.shift() ?? 0 });
  const times = { pods: new Map<string, number>(), events: new Map<string, number>() };
  const stamp = (stream: 'pods' | 'events') =>
    cluster.api.onChange(stream, ({ version }) => {
      times[stream].set(String(version), (clock.nowMs() - zeroMs) / 1000);
    });
  const zeroMs = clock.nowMs() + startMs;
  stamp('pods');
  stamp('events');
  const from = cluster.api.resourceVersion();

  try {
    for (const step of [...stepsOf(scenario), ...steps].sort((a, b) => a.at - b.at)) {
      await clock.advanceTo(startMs + step.at * 1000);
      await waitUntilFree(cluster, step, clock);
      await perform(cluster, step);
    }
    const pods = await streamLines('pods');
    const events = await streamLines('events');
    return [...pods, ...events];
  } finally {
    await cluster.close();
  }

  /** Through the front door: a watch from before the first action, stamped with the virtual time of each change. */
  async function streamLines(stream: 'pods' | 'events'): Promise<StreamLine[]> {
    const last = [...times[stream].keys()].at(-1) ?? '';
    const seen = await readEvents(
      cluster.url,
      `/api/v1/${stream}?watch=1&resourceVersion=${from}`,
      ({ object }) => object.metadata.resourceVersion === last,
    );
    return seen.map((event) => {
      const at = times[stream].get(event.object.metadata.resourceVersion) ?? Number.NaN;
      return { at, stream, event };
    });
  }
}

/** The scenario's actions; where controllers made the Pods, the controllers' writes as the stream shows them. */
function stepsOf(scenario: Scenario): Step[] {
  const { actions, manifest, lines } = scenario;
  if (!manifest) return controllerSteps(scenario);
  const { name: podName } = manifest.metadata as { name: string };
  const ephemeralContainers = podLines(lines).flatMap(({ pod }) => pod.spec.ephemeralContainers ?? []);
  return actions.map(({ at, action }) => {
    if (action === 'create') return { at, action, podName, body: manifest };
    if (action === 'add-ephemeral') {
      return {
        at,
        action,
        podName,
        body: { spec: { ephemeralContainers: ephemeralContainers.slice(0, 1) } },
      };
    }
    return { at, action, podName };
  });
}

function controllerSteps({ actions, lines }: Scenario): Step[] {
  const steps: Step[] = [];
  const seen = new Map<string, { finalizers: boolean; deleted: boolean }>();
  for (const { at, pod } of podLines(lines)) {
    const { name: podName, uid, finalizers, deletionTimestamp } = pod.metadata;
    const before = seen.get(uid);
    const now = { finalizers: finalizers !== undefined, deleted: deletionTimestamp !== undefined };
    seen.set(uid, now);
    if (!before) steps.push({ at, action: 'create', podName, body: manifestOf(pod) });
    else if (before.finalizers && !now.finalizers) steps.push({ at, action: 'remove-finalizers', podName });
    else if (!before.deleted && now.deleted) steps.push({ at, action: 'delete', podName });
  }
  return [...steps, { at: actions.at(-1)?.at ?? 0, action: 'end', podName: '' }];
}

/** A controller creates the next Pod of a name when it sees the last one gone; the model may be a moment behind. */
async function waitUntilFree(
  cluster: LocalCluster,
  { action, podName, at }: Step,
  clock: ReturnType<typeof createFakeClock>,
): Promise<void> {
  const path = `/api/v1/namespaces/default/pods/${podName}`;
  for (let waited = 0; action === 'create' && waited < 1000; waited += 10) {
    if ((await request(cluster.url, 'GET', path)).status === 404) return;
    await clock.advanceTo(1000 + at * 1000 + waited);
  }
}

async function perform(cluster: LocalCluster, { action, podName, body }: Step): Promise<void> {
  const pods = '/api/v1/namespaces/default/pods';
  const pod = `${pods}/${podName}`;
  switch (action) {
    case 'create':
      return expectOk(request(cluster.url, 'POST', pods, { body }));
    case 'delete':
      return expectOk(request(cluster.url, 'DELETE', pod));
    case 'force-delete':
      return expectOk(request(cluster.url, 'DELETE', pod, { body: { gracePeriodSeconds: 0 } }));
    case 'evict':
      return expectOk(request(cluster.url, 'POST', `${pod}/eviction`, { body: eviction(podName) }));
    case 'add-ephemeral': {
      const type = 'application/strategic-merge-patch+json';
      return expectOk(request(cluster.url, 'PATCH', `${pod}/ephemeralcontainers`, { body, type }));
    }
    case 'remove-finalizers': {
      const type = 'application/merge-patch+json';
      return expectOk(request(cluster.url, 'PATCH', pod, { body: { metadata: { finalizers: null } }, type }));
    }
    case 'kill -9 pid 1 of the container':
      return cluster.kubelet.killProcess('default', podName, 'app');
    case 'resync':
      return cluster.kubelet.resync('default', podName);
    case 'end':
      return;
    default:
      throw new Error(`the replay does not know the action ${JSON.stringify(action)}`);
  }
}

function eviction(name: string) {
  return { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } };
}

async function expectOk(answer: ReturnType<typeof request>): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`the model answered ${status}: ${JSON.stringify(body)}`);
}
