import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainInput } from '../../../watcher/explain/explain-input.ts';
import { transitionRecord } from '../../../watcher/explain/format-transition.ts';
import { reportedHook, triggers } from '../../support/reported-hook.ts';
import { type ExpectedHook, expectedHooks, traceNames, tracePath } from '../../support/traces.ts';

describe('a stream after a public report yields exactly what a user would expect', () => {
  it.each(traceNames('reports'))('%s', async (name) => {
    const expected = expectedHooks(name, 'reports');
    const { hooks, faults } = await explained(readFileSync(tracePath(name, 'reports'), 'utf8'));
    expect(faults).toEqual([]);
    expect(hooks.map(reportedHook).toSorted()).toEqual(expected.map(reportedHook).toSorted());
    if (triggers(expected).every((trigger) => trigger !== undefined)) {
      expect(triggers(hooks)).toEqual(triggers(expected));
    }
  });
});

async function explained(text: string) {
  const hooks: ExpectedHook[] = [];
  const faults: string[] = [];
  await explainInput({
    input: (async function* () {
      yield text;
    })(),
    onTransition: (transition) => hooks.push(transitionRecord(transition) as ExpectedHook),
    onFault: (message) => faults.push(message),
  });
  return { hooks, faults };
}
