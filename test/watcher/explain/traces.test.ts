import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainInput } from '../../../watcher/explain/explain-input.ts';
import { transitionRecord } from '../../../watcher/explain/format-transition.ts';
import { podObject, running } from '../../support/pod-object.ts';
import { type ExpectedHook, expectedHooks, traceNames, tracePath } from '../../support/traces.ts';

describe('a stream recorded on a real cluster yields exactly its hooks', () => {
  it.each(traceNames())('%s', async (name) => {
    const { hooks, faults } = await explained(readFileSync(tracePath(name), 'utf8'));
    expect(faults).toEqual([]);
    expect(hooks).toEqual(expectedHooks(name).map(comparable));
  });
});

describe('a mirror Pod in a recording', () => {
  const annotations = { 'kubernetes.io/config.mirror': 'hash-1', 'kubernetes.io/config.hash': 'hash-1' };
  const mirror = (uid: string) =>
    podObject({
      ...{ uid, name: 'web-node1', annotations },
      containers: [{ state: running(5), containerID: 'containerd://a' }],
    });
  const recorded = (lines: readonly (readonly [at: number, type: string, uid: string])[]) =>
    lines.map(([at, type, uid]) =>
      JSON.stringify({ at, stream: 'pods', event: { type, object: mirror(uid) } }),
    );
  const hooksOf = async (lines: readonly string[]) =>
    (await explained(lines.join('\n'))).hooks.map(({ hook, observation }) => `${hook} ${observation}`);

  it('that comes back within the minute goes on running', async () => {
    const lines = recorded([
      [0, 'ADDED', 'm-1'],
      [10, 'DELETED', 'm-1'],
      [10.01, 'ADDED', 'm-2'],
    ]);
    expect(await hooksOf(lines)).toEqual(['postStart status']);
  });

  it('that the recording leaves gone has stopped', async () => {
    const lines = recorded([
      [0, 'ADDED', 'm-1'],
      [10, 'DELETED', 'm-1'],
    ]);
    expect(await hooksOf(lines)).toEqual(['postStart status', 'preStop inferred', 'postStop inferred']);
  });
});

async function explained(text: string) {
  const hooks: ReturnType<typeof comparable>[] = [];
  const faults: string[] = [];
  await explainInput({
    input: (async function* () {
      yield text;
    })(),
    onTransition: (transition) => hooks.push(comparable(transitionRecord(transition) as ExpectedHook)),
    onFault: (message) => faults.push(message),
  });
  return { hooks, faults };
}

function comparable(hook: ExpectedHook) {
  const {
    podUid,
    container,
    containerID = '',
    observation,
    exitCode = null,
    reason = null,
    failed = null,
  } = hook;
  return { hook: hook.hook, podUid, container, containerID, observation, exitCode, reason, failed };
}
