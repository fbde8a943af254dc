import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { playScenarios, SCENARIO_NAMES, type ScenarioName } from '../../../infra/local/scenes/scenarios.ts';
import { explainInput } from '../../../watcher/explain/explain-input.ts';
import { transitionRecord } from '../../../watcher/explain/format-transition.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

/** The same names and ids each time (mulberry32). */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Told = Record<string, unknown> & { readonly hook: string };

/** Plays a scenario on a virtual clock, and gives what the watcher's own code says of it, by container. */
async function told(
  names: ScenarioName | readonly ScenarioName[],
  minutes: number,
  onTold: (told: Told) => void = () => {},
): Promise<ReadonlyMap<string, readonly string[]>> {
  const clock = createFakeClock();
  const random = createRandom();
  const cluster = await createLocalCluster({ clock, random, jitter: () => 0, nodes: ['node1', 'node2'] });
  const lines: string[] = [];
  for (const plural of ['pods', 'events'] as const)
    cluster.api.onChange(plural, ({ type, object }) => lines.push(JSON.stringify({ type, object })));
  const failures: unknown[] = [];
  const playing = playScenarios(cluster, [names].flat(), {
    clock,
    random,
    onFailure: (...all) => failures.push(all),
  });
  await clock.advanceTo(minutes * 60_000);
  playing.close();
  await cluster.close();
  expect(failures).toEqual([]);

  const byContainer = new Map<string, string[]>();
  const result = await explainInput({
    input: (async function* () {
      yield lines.join('\n');
    })(),
    onTransition(transition) {
      const record = transitionRecord(transition) as Told;
      onTold(record);
      const of = `${transition.pod.name.replace(/(-[a-z0-9]{5,10})+$/, '')}/${String(record.container)}`;
      byContainer.set(of, [...(byContainer.get(of) ?? []), brief(record)]);
    },
    onFault: (fault) => failures.push(fault),
  });
  expect(result.faults).toBe(0);
  return byContainer;
}

/** `postStop(status, 137 OOMKilled)`, the first of an `amended` one in front. */
function brief({ hook, observation, exitCode, reason, trigger, failed, amended }: Told): string {
  const end = hook === 'postStop' ? `${exitCode ?? 'unknown'} ${reason ?? ''}`.trim() : '';
  const why = [end, trigger, failed].filter((part) => part !== undefined && part !== '').join(' ');
  return `${amended === true ? 'amended ' : ''}${hook}(${observation}${why === '' ? '' : `, ${why}`})`;
}

const STARTED = ['preStart(status)', 'postStart(status)'];

/** What one container of each scenario goes through first; where there is a recording, as it was recorded. */
const STORIES: Readonly<Record<ScenarioName, readonly [minutes: number, container: string, ...string[]]>> = {
  hooks: [
    1,
    'hooks-pod/hooks-pod',
    ...STARTED,
    'preStop(status, podDeleted)',
    'postStop(status, 0 Completed)',
  ],
  'crash-loop': [1, 'billing/billing', ...STARTED, 'postStop(status, 1 Error)', 'postStart(status)'],
  job: [1, 'report/render', ...STARTED, 'postStop(status, 0 Completed)'],
  rollout: [2, 'web/web', ...STARTED.slice(0, 1)],
  'stateful-set': [
    2.5,
    'db-2/db',
    ...[...STARTED, 'preStop(status, podDeleted)', 'postStop(status, 0 Completed)', ...STARTED],
  ],
  sidecars: [1, 'import/proxy', ...STARTED, 'preStop(event, killing)', 'postStop(status, 0 Completed)'],
  'oom-kill': [1, 'cache/cache', ...STARTED, 'postStop(status, 137 OOMKilled)', 'postStart(status)'],
  eviction: [1.5, 'search/search', ...STARTED, 'preStop(status, evicted)', 'preStart(status)'],
  'node-pressure': [
    2.5,
    'thumbnails/thumbnails',
    ...[...STARTED, 'preStop(event, killing)', 'postStop(status, 0 Completed)', ...STARTED],
  ],
  'node-loss': [
    5,
    'ledger/ledger',
    ...STARTED,
    'preStop(status, evicted)',
    ...STARTED,
    'postStop(inferred, unknown)',
  ],
  'hook-failure': [1, 'mailer/mailer', 'preStart(status)', 'hookFailed(event, postStart)'],
};

it.each(SCENARIO_NAMES)('%s happens, and the watcher tells it as that', async (name) => {
  const [minutes, container, ...story] = STORIES[name];
  const all = await told(name, minutes);
  expect(all.get(container)?.slice(0, story.length)).toEqual(story);
});

it('a sidecar is there before the container that it is for, and after it', async () => {
  const order: string[] = [];
  await told('sidecars', 1, ({ container, hook }) => order.push(`${String(container)} ${hook}`));
  const first = (step: string) => order.indexOf(step);
  expect(first('proxy postStart')).toBeLessThan(first('import postStart'));
  expect(first('import postStop')).toBeLessThan(first('proxy postStop'));
});

it.each([
  ['hooks', 'hooks-pod'],
  ['crash-loop', 'crash-loop'],
  ['job', 'job'],
  ['stateful-set', 'sts-recreate'],
  ['eviction', 'eviction'],
] as const)('%s goes as it was recorded on a real cluster (%s)', (name, recording) => {
  const file = join(import.meta.dirname, '../../fixtures/traces', `${recording}.json`);
  const { hooks } = JSON.parse(readFileSync(file, 'utf8')) as { hooks: readonly Told[] };
  const recorded = hooks.map(({ hook, observation }) => `${hook}(${String(observation)}`);
  const [, , ...story] = STORIES[name];
  const played = story.map((step) => step.replace(/[,)].*$/, ''));
  // An evicted Pod of a Deployment is followed by another one, which was not recorded.
  const common = Math.min(recorded.length, name === 'eviction' ? 3 : played.length);
  expect(played.slice(0, common)).toEqual(recorded.slice(0, common));
});

it('all of them go on beside each other for a quarter of an hour', async () => {
  await told(SCENARIO_NAMES, 15);
}, 60_000);
