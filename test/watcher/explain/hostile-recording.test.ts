import { expect, it } from 'vitest';
import { explainInput } from '../../../watcher/explain/explain-input.ts';
import { at, eventObject, podObject, running } from '../../support/pod-object.ts';

const app = { state: running(5), containerID: 'containerd://a' };

it('what cannot be read or believed in a recording is named with its line, and the rest is explained', async () => {
  const failed = (uid: string, podUid: string, change: object = {}) => ({
    ...eventObject({ reason: 'FailedPreStopHook', uid, podUid, lastSeconds: 6 }),
    ...change,
  });
  const { hooks, faults } = await explained([
    failed('early', 'uid-1'),
    podObject({ containers: [app, { ...app, name: 'n'.repeat(64) }] }),
    podObject({ containers: [app], deletion: { timestamp: '287225-11-05T16:00:05Z', grace: 9e12 } }),
    failed('forged', 'uid-1', { source: { component: 'somebody', host: 'node1' } }),
    failed('elsewhere', 'uid-1', { source: { component: 'kubelet', host: 'node9' } }),
    failed('lost', 'nobody'),
  ]);
  expect(hooks).toEqual([`postStart ${at(5)}`, 'preStop null', `hookFailed ${at(6)}`]);
  expect(faults).toEqual([
    'line 2: left aside: a container status has a name that no container can have',
    'line 4: left aside: it does not say that the kubelet of one node wrote it',
    'line 5: left aside: the kubelet of another node than the Pod is on wrote it',
    'Events about failed hooks of Pods that the recording does not show: 1',
  ]);
});

async function explained(objects: readonly object[]) {
  const hooks: string[] = [];
  const faults: string[] = [];
  await explainInput({
    input: (async function* () {
      yield objects.map((object) => JSON.stringify({ type: 'ADDED', object })).join('\n');
    })(),
    onTransition: ({ hook, time }) => hooks.push(`${hook} ${time}`),
    onFault: (message) => faults.push(message),
  });
  return { hooks, faults };
}
