import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import {
  type Acceptance,
  type ActedInstallation,
  installed,
  rendered,
  repeated,
  startInstallation,
  toldInFull,
} from './acted-installation.ts';

const SLOW = { timeout: 180_000 };
const senders = (accepted: readonly Acceptance[]) => [...new Set(accepted.map(({ by }) => by))];

function leaderOf({ api }: ActedInstallation['cluster']): string {
  const spec = api.lease('default', 'offhook')?.spec as { holderIdentity?: string } | undefined;
  return spec?.holderIdentity ?? '';
}

describe('two replicas of the chart', () => {
  it(
    'deliver by one of them; when that one is killed the other one takes over, and no event is lost',
    SLOW,
    async () => {
      const installation = await startInstallation();
      const { cluster, set, accepted } = installation;
      const load = await installed(installation, await rendered({ replicas: 2 }));
      const [leader = '', ...others] = senders(accepted);
      expect(others).toEqual([]);
      expect(leaderOf(cluster)).toMatch(/./);

      const killed = set.pod(Number(leader.at(-1)));
      killed.process().kill('SIGKILL');
      await set.act('the kubelet starts it again', () => killed.exitCodes.length === 1);
      await until('the other one delivers', () => senders(accepted).length === 2, 30_000);
      await set.rolledOut();
      await toldInFull(installation, load);
      expect([...repeated(accepted)].filter(([, times]) => times > 1)).toEqual([]);
    },
  );

  it('can become of one, and one of them again, without a lost event', SLOW, async () => {
    const installation = await startInstallation();
    const { set } = installation;
    const load = await installed(installation, await rendered({ replicas: 1 }));
    set.apply(await rendered({ replicas: 2 }));
    await set.rolledOut();
    expect(set.done).toEqual([
      ...['start offhook-0', 'start offhook-1', 'stop offhook-0', 'start offhook-0'],
    ]);
    const before = load.lives();
    await until('some load', () => load.lives() > before + 10, 40_000);
    set.apply(await rendered({ replicas: 1 }));
    await set.rolledOut();
    expect(set.done.slice(4)).toEqual(['stop offhook-1', 'stop offhook-0', 'start offhook-0']);
    await toldInFull(installation, load);
  });

  it('that were one with a backlog deliver all of it, whichever of them leads then', SLOW, async () => {
    const installation = await startInstallation();
    const { cluster, set, accepted, setDown } = installation;
    const load = await installed(installation, await rendered({ replicas: 1 }));
    setDown(true);
    const before = load.lives();
    await until('a backlog', () => load.lives() > before + 5, 40_000);
    set.apply(await rendered({ replicas: 2 }));
    await set.rolledOut();
    const leader = leaderOf(cluster);
    const taken = accepted.length;
    setDown(false);
    await toldInFull(installation, load);
    // The backlog is offhook-0's alone. When offhook-1 has led since the other one was stopped, it knows nothing of it.
    expect(senders(accepted.slice(taken))).toContain('offhook-0');
    expect(leaderOf(cluster)).toBe(leader);
  });

  it(
    'go on with the old configuration when a new one is refused, and forward when it is mended',
    SLOW,
    async () => {
      const installation = await startInstallation();
      const { set } = installation;
      const load = await installed(installation, await rendered({ replicas: 2 }));
      // The schema knows what a duration is, and not the limits of this one.
      set.apply(await rendered({ replicas: 2, journal: { retention: '5m' } }));
      await set.act(
        'the new Pod ends twice',
        () => set.done.length === 4 && set.pod(1).exitCodes.length === 2,
      );
      expect(set.pod(1).exitCodes).toEqual([2, 2]);
      expect(set.pod(0).ready()).toBe(true);
      set.apply(await rendered({ replicas: 2, journal: { retention: '2d' } }));
      await set.rolledOut();
      expect(set.done.slice(2)).toEqual([
        ...['stop offhook-1', 'start offhook-1', 'stop offhook-1', 'start offhook-1'],
        ...['stop offhook-0', 'start offhook-0'],
      ]);
      await toldInFull(installation, load);
    },
  );
});
