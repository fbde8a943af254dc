import { expect, onTestFinished, test } from 'vitest';
import { at, podObject, running, terminated, waiting } from '../support/pod-object.ts';
import { startReceiver } from '../support/receiver.ts';
import { recorded, type ScriptedApi, startScriptedApi, stream } from '../support/scripted-api.ts';
import { bookmark } from '../watcher/source/follow.ts';
import { eventually } from './support/eventually.ts';
import { configureWatcher, ids, told } from './support/watched-cluster.ts';

/*
 * What only a scripted API server does, seen through the real process: it sends changes twice and out of order, and a
 * kubelet that was slow shows five restarts in one status.
 */

const run = (letter: string) => `containerd://${letter}`;
const deletion = { timestamp: at(60), grace: 30 };

test('changes sent again, and older ones after newer, make no event and no id a second time', {
  timeout: 180_000,
}, async () => {
  const { api, tap } = await startWatching();
  const started = { containers: [{ state: running(5), containerID: run('a') }] };
  const ended = { deletion, containers: [{ state: terminated(run('a'), 0, 5, 62), containerID: run('a') }] };
  const history = [
    line('ADDED', 11, { containers: [{ state: waiting() }] }),
    line('MODIFIED', 12, started),
    line('MODIFIED', 13, { ...started, deletion }),
    line('MODIFIED', 14, ended),
    line('DELETED', 15, ended),
  ];
  api.stream(0).send(...history.slice(0, 3));
  await eventually('three events', () => tap.requests.length === 3);
  // The watch breaks, and its successor begins with the past.
  api.script('watch', stream(...history.slice(0, 4), ...history.slice(1, 3)), stream());
  api.stream(0).reset();
  await eventually('the fourth event', () => tap.requests.length === 4);
  api.stream(1).send(...history.slice(0, 5), ...history, bookmark(20), ...history);
  api.stream(1).send(line('ADDED', 21, { uid: 'last', name: 'last', containers: [{ state: waiting() }] }));
  await eventually('what comes last', () => told(tap.requests).includes('preStart last'));
  expect(told(tap.requests)).toEqual([
    ...['preStart web', 'postStart web', 'preStop web', 'postStop web', 'preStart last'],
  ]);
  expect(new Set(ids(tap.requests)).size).toBe(5);
});

test('five restarts shown in one status: the last two runs have events, the three between are counted', {
  timeout: 180_000,
}, async () => {
  const { api, tap } = await startWatching();
  const container = { state: running(5), containerID: run('a'), restartCount: 0 };
  api.stream(0).send(line('ADDED', 11, { containers: [container] }));
  await eventually('the first run', () => tap.requests.length === 1);
  const lastState = terminated(run('e'), 1, 50, 55);
  const coalesced = { state: running(60), lastState, containerID: run('f'), restartCount: 5 };
  api.stream(0).send(line('MODIFIED', 12, { containers: [coalesced] }));
  await eventually('the newest run', () => tap.requests.length >= 5);
  const events = tap.requests.map(({ body }) => JSON.parse(body.toString()).data);
  expect(events.map(({ hook, container: { id, skippedRuns } }) => `${hook} ${id} ${skippedRuns}`)).toEqual([
    `postStart ${run('a')} 0`,
    `postStop ${run('a')} 0`,
    `postStart ${run('e')} 3`,
    `postStop ${run('e')} 0`,
    `postStart ${run('f')} 0`,
  ]);
  expect(events[1]).toMatchObject({ observation: 'inferred', exit: { code: null } });
});

async function startWatching() {
  const namespace = Array.from({ length: 3 }, () => recorded('namespace-kube-system'));
  const api: ScriptedApi = await startScriptedApi({
    other: namespace,
    watchList: [stream(bookmark(10, 'end'))],
  });
  onTestFinished(() => api.close());
  const tap = await startReceiver();
  await configureWatcher(api.url, tap.url, { subscription: ['concurrency: 1'] }).startReady();
  return { api, tap };
}

function line(type: string, resourceVersion: number, pod: Parameters<typeof podObject>[0]) {
  return { type, object: podObject({ ...pod, resourceVersion }) };
}
