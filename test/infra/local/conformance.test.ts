import { describe, expect, it } from 'vitest';
import { eventSteps, podSteps, watchTypes } from './projection.ts';
import { readScenario } from './recording.ts';
import { type Environment, replay } from './replay.ts';

/**
 * The kubelet looks for exited containers once a second, at a phase the stream does not show: an end can be noticed up
 * to a second earlier or later than recorded. The rest is the speed of the machines.
 */
const TOLERANCE_SECONDS = 1.1;

/**
 * The recorded scenarios, with what was chance on the recorded machine: how far each back-off was stretched (the
 * kubelet adds up to a half at random), and one sync whose cause does not show in the stream.
 */
const scenarios: Record<string, Environment> = {
  'hooks-pod': {},
  plain: {},
  'crash-loop': { jitter: [0.87, 1] },
  'instant-crash': {
    jitter: [0.5, 0.87],
    steps: [{ at: 3.31, action: 'resync', podName: 'instant-crash' }],
  },
  'liveness-kill': {},
  'init-containers': {},
  'init-fails': { jitter: [0.3] },
  'exit-zero-never': {},
  'exit-nonzero-never': {},
  'prestop-exceeds-grace': {},
  'prestop-sleep-action': {},
  'failing-prestop': {},
  'slow-poststart': {},
  'force-delete': {},
  eviction: {},
  ephemeral: {},
  'sigkill-main': {},
  unschedulable: {},
  job: {},
  'sts-recreate': {},
};

describe.each(Object.entries(scenarios))('the model of %s', (name, environment) => {
  const recorded = readScenario(name);
  const replayed = replay(recorded, environment);

  it('goes through the recorded states of Pods and containers', async () => {
    const states = (lines: Awaited<typeof replayed>) =>
      podSteps(lines).map((pod) => pod.map(({ state }) => state));
    expect(states(await replayed)).toEqual(states(recorded.lines));
  });

  it('reaches each state within about a second of the recording', async () => {
    const model = podSteps(await replayed).flat();
    const late = podSteps(recorded.lines)
      .flat()
      .map(({ at, state }, index) => ({ at, modelAt: model[index]?.at ?? Number.NaN, state }))
      .filter(({ at, modelAt }) => !(Math.abs(at - modelAt) <= TOLERANCE_SECONDS));
    expect(late).toEqual([]);
  });

  it('sends the recorded watch events', async () => {
    expect(watchTypes(await replayed)).toEqual(watchTypes(recorded.lines));
  });

  it('writes the recorded Events with their counts', async () => {
    const texts = (lines: Awaited<typeof replayed>) =>
      eventSteps(lines).map((pod) => pod.map(({ text }) => text));
    expect(texts(await replayed)).toEqual(texts(recorded.lines));
  });
});
