import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../watcher/explain/explain.ts';
import { transitionRecord } from '../../../watcher/explain/format-transition.ts';
import { type ExpectedHook, expectedHooks, traceNames, tracePath } from '../../support/traces.ts';

describe('a stream recorded on a real cluster yields exactly its hooks', () => {
  it.each(traceNames())('%s', async (name) => {
    const { hooks, faults } = await explained(readFileSync(tracePath(name), 'utf8'));
    expect(faults).toEqual([]);
    expect(hooks).toEqual(expectedHooks(name).map(comparable));
  });
});

async function explained(text: string) {
  const hooks: ReturnType<typeof comparable>[] = [];
  const faults: string[] = [];
  await explain({
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
