import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseEvent } from '../../protocol/event/parse-event.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { type OffhookProcess, startOffhook } from '../support/offhook-process.ts';
import { at, eventObject, type PodOptions, podObject, running, terminated } from '../support/pod-object.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import {
  type LiveStream,
  page,
  recorded,
  refuse,
  type ScriptedApi,
  type Step,
  startScriptedApi,
  stream,
} from '../support/scripted-api.ts';
import { healthOf, untilReady, warnings, writeWatchConfig } from '../support/watch-config.ts';
import { bookmark } from '../watcher/source/follow.ts';
import { eventually } from './support/eventually.ts';
import { kill, told } from './support/watched-cluster.ts';

/*
 * What somebody with the rights of a tenant can put into the API, seen through the real process: whoever else lives in the
 * cluster must not notice, also over restarts.
 */

const TIMEOUT = { timeout: 180_000 };
const run = (letter: string) => `containerd://${letter}`;
const live = (letter: string) => ({ containers: [{ state: running(5), containerID: run(letter) }] });
const ended = (letter: string) => ({
  containers: [{ state: terminated(run(letter), 3, 5, 50), containerID: run(letter) }],
});
const victim = { uid: 'victim-uid', name: 'victim' };
/** What `kubectl delete pod --grace-period=9000000000000` leaves in a Pod. */
const FAR = { timestamp: '287225-11-05T16:00:05Z', grace: 9_000_000_000_000 };

describe('a Pod deleted with a grace period of 9,000,000,000,000 seconds', () => {
  const bomb = { uid: 'bomb-uid', name: 'bomb', ...live('bomb') };

  test('is told without a deadline, and stops nobody; nor at the next start', TIMEOUT, async () => {
    const { api, tap, start } = await watched();
    const first = await start();
    pods(api).send(
      line('ADDED', 11, bomb),
      line('MODIFIED', 12, { ...bomb, deletion: FAR }),
      line('ADDED', 13, { ...victim, ...live('v') }),
    );
    await eventually('all of both', () => tap.requests.length === 3);
    expect(told(tap.requests)).toEqual(['postStart bomb', 'preStop bomb', 'postStart victim']);
    const preStop = tap.requests.map(({ body }) => JSON.parse(body.toString()))[1];
    expect(preStop.data.stop).toEqual({
      ...{ trigger: 'podDeleted', reason: null },
      ...{ gracePeriodSeconds: 9_000_000_000_000, deadline: null },
    });
    expect(preStop).not.toHaveProperty('expirytime');
    expect(preStop.time).toMatch(/^20\d\d-/);

    await kill(first);
    await start();
    pods(api).send(
      line('MODIFIED', 21, { ...bomb, deletion: FAR, name: 'bomb' }),
      line('MODIFIED', 22, { ...victim, ...ended('v') }),
    );
    await eventually('the end of the victim', () => told(tap.requests).includes('postStop victim'));
    expectReadable(tap);
  });

  test('can be in the first list of a new journal', TIMEOUT, async () => {
    const { api, tap, start } = await watched({
      podsListed: [{ type: 'ADDED', object: podObject({ ...bomb, deletion: FAR }) }],
    });
    await start();
    pods(api).send(line('ADDED', 13, { ...victim, ...live('v') }));
    await eventually('the victim', () => told(tap.requests).includes('postStart victim'));
  });
});

describe('an Event with a container name of 100 kB', () => {
  test('is counted, and what comes after it is told; the resume point moves past it', TIMEOUT, async () => {
    const { api, tap, start } = await watched();
    const first = await start();
    pods(api).send(line('ADDED', 11, { ...victim, ...live('v') }));
    await eventually('the victim', () => tap.requests.length === 1);
    const huge = { reason: 'FailedPreStopHook', container: 'a'.repeat(100_000), uid: 'huge', lastSeconds: 7 };
    events(api).send(
      event(31, eventObject({ ...huge, podUid: 'victim-uid' }), { involvedObject: { name: 'victim' } }),
      event(32, killing(7)),
    );
    await eventually('the preStop of the victim', () => told(tap.requests).includes('preStop victim'));
    const { status, text } = await readyz(first);
    expect([status, text]).toEqual([200, 'ok\nEvents left aside since the start: 1; see the log\n']);
    expect(await metric(first, 'offhook_watch_set_aside_total{resource="events",reason="implausible"}')).toBe(
      1,
    );
    const [warning = '', ...more] = warnings(first.stderr()).filter((each) => each.includes('aside'));
    expect(more).toEqual([]);
    expect(warning.length).toBeLessThan(1_000);

    await kill(first);
    await start();
    const asked = api.asked('watch').filter(({ path }) => path.endsWith('/events'));
    expect(Number(asked.at(-1)?.query.resourceVersion)).toBeGreaterThanOrEqual(32);
  });
});

describe('two mirror Pods with one hash', () => {
  const annotations = { 'kubernetes.io/config.mirror': 'one-hash', 'kubernetes.io/config.hash': 'one-hash' };
  const mirror = (node: string, state: PodOptions) => ({
    ...{ uid: `api-${node}`, name: `proxy-${node}`, nodeName: node, annotations, ...state },
  });

  test('are two, and a list that shows both is taken', TIMEOUT, async () => {
    const { api, tap, start } = await watched();
    const watcher = await start();
    pods(api).send(
      line('ADDED', 11, mirror('node1', live('a'))),
      line('ADDED', 12, mirror('node2', live('b'))),
      line('MODIFIED', 13, mirror('node2', live('b'))),
    );
    await eventually('both', () => tap.requests.length === 2);
    // The history is gone: everything is listed.
    api.script('watch', ...byCollection(refuse(410, 'Expired'), stream()));
    api.script(
      'watchList',
      stream(
        line('ADDED', 11, mirror('node1', live('a'))),
        line('ADDED', 13, mirror('node2', live('b'))),
        bookmark(50, 'end'),
      ),
    );
    pods(api).reset();
    await eventually('the gap', () => told(tap.requests).includes('gap'));
    pods(api).send(line('MODIFIED', 51, mirror('node1', ended('a'))));
    await eventually('the end of one', () => told(tap.requests).includes('postStop proxy-node1'));
    expect(told(tap.requests)).toEqual([
      ...['postStart proxy-node1', 'postStart proxy-node2', 'gap', 'postStop proxy-node1'],
    ]);
    expect(warnings(watcher.stderr()).filter((each) => each.includes('lagging'))).toEqual([]);
    const uids = tap.requests.flatMap(({ body }) => JSON.parse(body.toString()).data.pod?.uid ?? []);
    expect(new Set(uids).size).toBe(2);
    expect(uids.every((uid: string) => /^mirror-[0-9a-f]{32}$/.test(uid))).toBe(true);
  });
});

describe('a tenant', () => {
  const annotations = {
    'kubernetes.io/config.mirror': 'victim-uid',
    'kubernetes.io/config.hash': 'victim-uid',
  };
  const tenant = { uid: 'tenant-uid', name: 'web-node1', annotations };
  const deletion = { timestamp: at(60), grace: 30 };

  test("whose Pod carries the victim's UID ends nothing of the victim", TIMEOUT, async () => {
    const { api, tap, start } = await watched();
    const first = await start();
    pods(api).send(
      line('ADDED', 11, { ...victim, ...live('v') }),
      line('ADDED', 12, { ...tenant, ...live('t') }),
      line('MODIFIED', 13, { ...tenant, ...live('t'), deletion }),
      line('MODIFIED', 14, { ...tenant, ...ended('t'), deletion }),
      line('DELETED', 15, { ...tenant, ...ended('t'), deletion }),
    );
    await eventually('what is told of the tenant', () => told(tap.requests).includes('postStop web-node1'));
    expect(toldOfRun(tap, run('v'))).toEqual(['postStart victim-uid']);
    await kill(first);
    await start();
    pods(api).send(line('MODIFIED', 16, { ...victim, ...ended('v') }));
    await eventually('the true end of the victim', () => told(tap.requests).includes('postStop victim'));
    expect(toldOfRun(tap, run('v'))).toEqual(['postStart victim-uid', 'postStop victim-uid']);
    expectReadable(tap);
  });

  test('who writes Events about the victim is not believed', TIMEOUT, async () => {
    const { api, tap, start } = await watched();
    const watcher = await start();
    pods(api).send(line('ADDED', 11, { ...victim, ...live('v') }));
    await eventually('the victim', () => tap.requests.length === 1);
    const forged = killing(7);
    const failed = eventObject({
      reason: 'FailedPreStopHook',
      podUid: 'nobody',
      uid: 'failed',
      lastSeconds: 7,
    });
    const elsewhere = { metadata: { namespace: 'tenant' }, involvedObject: { namespace: 'tenant' } };
    events(api).send(
      event(31, forged, { metadata: { uid: 'f1' }, source: { component: 'my-controller', host: 'node1' } }),
      event(32, forged, { metadata: { uid: 'f2', namespace: 'tenant' } }),
      event(33, forged, { ...elsewhere, metadata: { uid: 'f3', namespace: 'tenant' } }),
      event(34, forged, { metadata: { uid: 'f4' }, source: { component: 'kubelet', host: 'node2' } }),
      event(35, forged, { metadata: { uid: 'f5' }, involvedObject: { name: 'another' } }),
      event(36, failed, elsewhere),
    );
    await untilReadyzSays(watcher, 'start: 5;');
    expect(told(tap.requests)).toEqual(['postStart victim']);
    events(api).send(event(37, forged));
    await eventually('its own Event', () => tap.requests.length === 2);
    expect(told(tap.requests)).toEqual(['postStart victim', 'preStop victim']);
  });

  test('whose Pod cannot be read is left aside, until it can', TIMEOUT, async () => {
    const { api, tap, start } = await watched();
    const watcher = await start();
    const odd = { uid: 'odd-uid', name: 'odd' };
    const container = { state: running(5), containerID: run('o') };
    pods(api).send(
      line('ADDED', 11, { ...odd, containers: [container] }),
      line('MODIFIED', 12, { ...odd, containers: [container, { ...container, name: 'n'.repeat(300) }] }),
      line('ADDED', 13, { ...victim, ...live('v') }),
    );
    await eventually('the victim', () => told(tap.requests).includes('postStart victim'));
    const { status, text } = await readyz(watcher);
    expect([status, text]).toEqual([200, 'ok\nPods left aside, since they cannot be read: 1; see the log\n']);
    expect(await metric(watcher, 'offhook_watch_pods_set_aside')).toBe(1);
    pods(api).send(line('MODIFIED', 14, { ...odd, ...ended('o') }));
    await eventually('its end', () => told(tap.requests).includes('postStop odd'));
    expect((await readyz(watcher)).text).toBe('ok\n');
    expect(told(tap.requests)).toEqual(['postStart odd', 'postStart victim', 'postStop odd']);
  });
});

type Watched = {
  readonly api: ScriptedApi;
  readonly tap: Receiver;
  start(): Promise<OffhookProcess>;
};

/** A watcher of Pods and Events, on a journal that outlives it. */
async function watched({ podsListed = [] }: { podsListed?: readonly object[] } = {}): Promise<Watched> {
  const api = await startScriptedApi({
    other: Array.from({ length: 9 }, () => recorded('namespace-kube-system')),
    list: Array.from({ length: 9 }, () => page('10', [])),
    watchList: byCollection(stream(...podsListed, bookmark(10, 'end')), stream(bookmark(30, 'end'))),
  });
  onTestFinished(() => api.close());
  const tap = await startReceiver();
  const directory = temporaryDirectory();
  const { file, env } = writeWatchConfig(directory, { receivers: { tap: tap.url } });
  return {
    api,
    tap,
    async start() {
      const before = api.streams.length;
      const watcher = startOffhook(['watch', '--config', file, '--server', api.url], { env });
      await untilReady(watcher);
      await eventually('both streams', () => api.streams.length >= before + 2);
      return watcher;
    },
  };
}

/** Two answers, whichever of the two collections asks first. */
function byCollection(forPods: Step, forEvents: Step): readonly Step[] {
  const step: Step = (exchange) =>
    (exchange.request.path.endsWith('/events') ? forEvents : forPods)(exchange);
  return [step, step];
}

function pods(api: ScriptedApi): LiveStream {
  return newest(api, '/pods');
}

function events(api: ScriptedApi): LiveStream {
  return newest(api, '/events');
}

function newest(api: ScriptedApi, collection: string): LiveStream {
  const found = api.streams.findLast(({ request }) => request.path.endsWith(collection));
  if (found === undefined) throw new Error(`nobody watches ${collection}`);
  return found;
}

function line(type: string, resourceVersion: number, pod: PodOptions) {
  return { type, object: podObject({ ...pod, resourceVersion }) };
}

/** The victim's own Killing. */
function killing(lastSeconds: number) {
  const own = eventObject({ reason: 'Killing', podUid: 'victim-uid', uid: 'killing', lastSeconds });
  return changed(own, { involvedObject: { name: 'victim' } });
}

function event(
  resourceVersion: number,
  object: Record<string, unknown>,
  change: Record<string, object> = {},
) {
  const numbered = changed(object, { metadata: { resourceVersion: String(resourceVersion) } });
  return { type: 'ADDED', object: changed(numbered, change) };
}

function changed(object: Record<string, unknown>, change: Record<string, object>): Record<string, unknown> {
  const fields = Object.entries(change).map(([key, value]) => [
    key,
    { ...(object[key] as object), ...value },
  ]);
  return { ...object, ...Object.fromEntries(fields) };
}

async function readyz(watcher: OffhookProcess): Promise<{ status: number; text: string }> {
  const response = await fetch(`${await healthOf(watcher)}/readyz`);
  return { status: response.status, text: await response.text() };
}

async function untilReadyzSays(watcher: OffhookProcess, words: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await readyz(watcher)).text.includes(words)) {
    if (performance.now() > deadline) throw new Error(`/readyz never said "${words}"`);
    await setTimeout(20);
  }
}

async function metric(watcher: OffhookProcess, series: string): Promise<number> {
  const text = await (await fetch(`${await healthOf(watcher)}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((each) => each.startsWith(`${series} `))
      ?.split(' ')[1],
  );
}

/** Hook and Pod UID of everything told of a run, in order; what a SIGKILL made the watcher send again counts once. */
function toldOfRun(tap: Receiver, id: string): readonly string[] {
  const events = new Map(tap.requests.map(({ headers, body }) => [headers['webhook-id'], body]));
  return [...events.values()].flatMap((body) => {
    const { hook, pod, container } = JSON.parse(body.toString()).data;
    return container?.id === id ? [`${hook} ${pod.uid}`] : [];
  });
}

function expectReadable(tap: Receiver): void {
  for (const { body } of tap.requests) expect(parseEvent(body)).toMatchObject({ kind: 'event' });
}
