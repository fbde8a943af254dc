import { describe, expect, it } from 'vitest';
import { createClusterView } from '../../../watcher/lifecycle/cluster-view.ts';
import type { KnownPod } from '../../../watcher/lifecycle/known-pod.ts';
import { readKnownPod } from '../../../watcher/lifecycle/read-known-pod.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { writeKnownPod } from '../../../watcher/lifecycle/write-known-pod.ts';
import { type StreamFolder, traceLines, traceNames } from '../../support/traces.ts';

/** Every state of every Pod of the recordings, as it is known after each line. */
function knownStates(): readonly KnownPod[] {
  const states: KnownPod[] = [];
  for (const folder of ['traces', 'reports'] as const satisfies readonly StreamFolder[]) {
    for (const name of traceNames(folder)) {
      const view = createClusterView();
      for (const { stream, event } of traceLines(name, folder)) {
        const pod = stream === 'pods' ? projectPod(event.object) : null;
        if (pod === null) continue;
        if (event.type === 'DELETED') view.gone(pod, 7);
        else view.seen(pod, 'watch');
        const known = view.known(pod.key);
        if (known !== null) states.push(known);
      }
    }
  }
  return states;
}

describe('a Pod in the journal', () => {
  const states = knownStates();

  it('is read as it was written, in every state that was recorded', () => {
    expect(states.length).toBeGreaterThan(100);
    expect(states.some(({ deletion }) => deletion !== null)).toBe(true);
    expect(states.some(({ mirror, goneSinceMs }) => mirror && goneSinceMs !== null)).toBe(true);
    expect(states.some(({ departed }) => departed)).toBe(true);
    for (const known of states) expect(readKnownPod(known.pod.uid, writeKnownPod(known))).toEqual(known);
  });

  it('is read as an earlier version wrote it', () => {
    for (const known of states) expect(readKnownPod(known.pod.uid, JSON.stringify(known))).toEqual(known);
  });

  it('takes less room than with the names of its fields', () => {
    const bytes = (write: (known: KnownPod) => string) =>
      states.reduce((sum, known) => sum + write(known).length, 0);
    expect(bytes(writeKnownPod)).toBeLessThan(0.7 * bytes(JSON.stringify));
  });
});
