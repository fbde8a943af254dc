import { describe, expect, it } from 'vitest';
import { generatePlan } from './generate-plan.ts';
import { LIFE_NAMES } from './kubelet/lives.ts';
import { MUTATIONS } from './mutations/mutations.ts';
import { STREAM_FAULTS } from './plan.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import { TENANT_DEEDS } from './tenant/tenant.ts';

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

describe('a simulated world', () => {
  it('is the same every time for a seed, to the millisecond and the byte', async () => {
    const plan = generatePlan(7);
    const [first, second] = [await simulate(plan, { trace: true }), await simulate(plan, { trace: true })];
    expect(second.trace).toEqual(first.trace);
    expect(second.history.arrivals).toEqual(first.history.arrivals);
    expect(first.history.arrivals.length).toBeGreaterThan(20);
  });

  it('holds, over 200 seeds, every life of a Pod and every fault', () => {
    const actions = SEEDS.flatMap((seed) => generatePlan(seed).actions);
    const lives = new Set(actions.flatMap((action) => (action.kind === 'pod' ? action.life : [])));
    const faults = new Set(actions.flatMap((action) => (action.kind === 'stream' ? action.fault : [])));
    const deeds = new Set(actions.flatMap((action) => (action.kind === 'tenant' ? action.deed : [])));
    expect([...deeds].toSorted()).toEqual(TENANT_DEEDS.toSorted());
    const scopes = SEEDS.map((seed) => generatePlan(seed).namespaces?.length ?? 0);
    expect(new Set(scopes)).toEqual(new Set([0, 3]));
    const kinds = new Set(actions.map(({ kind }) => kind));
    expect([...lives].toSorted()).toEqual(LIFE_NAMES.toSorted());
    expect([...faults].toSorted()).toEqual(STREAM_FAULTS.toSorted());
    expect(kinds).toEqual(
      new Set([
        ...['pod', 'tenant', 'crash', 'stop', 'stream', 'refuse', 'expire', 'restore', 'staleLists'],
        ...['receiver', 'diskFull', 'wallClock', 'nodeClock'],
      ]),
    );
  });

  it('is made smaller without losing what is wrong with it', async () => {
    const mutation = MUTATIONS.find(({ name }) => name === 'ignore-deletion');
    if (mutation === undefined) throw new Error('there is no such mutation');
    const plan = generatePlan(1);
    const smallest = await shrink(plan, { mutation }, 100);
    expect(smallest.actions.length).toBeLessThan(plan.actions.length);
    expect(smallest.actions.some(({ kind }) => kind === 'pod')).toBe(true);
    expect((await simulate(smallest, { mutation })).violations).not.toEqual([]);
  });
});
