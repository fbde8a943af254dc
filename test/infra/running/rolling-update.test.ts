import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { installed, rendered, repeated, startInstallation, toldInFull } from './acted-installation.ts';

/*
 * Updates of the watcher's StatefulSet as the chart renders it, under load: its Pods are real processes, its controller
 * is acted (see acted-stateful-set.ts). What must arrive is derived from the Pods that the cluster ran.
 */

const SLOW = { timeout: 180_000 };

describe('a rolling update under load', () => {
  it(
    'of one replica stops the old Pod, starts the new one on its volume, loses no event and tells none twice',
    SLOW,
    async () => {
      const installation = await startInstallation();
      const { set, accepted } = installation;
      const load = await installed(installation, await rendered({ replicas: 1 }));
      set.apply(await rendered({ replicas: 1, log: { level: 'debug' } }));
      await set.rolledOut();
      expect(set.done).toEqual(['start offhook-0', 'stop offhook-0', 'start offhook-0']);
      await toldInFull(installation, load);
      expect(set.pod(0).process().stderr()).toContain('"level":"debug"');
      expect(set.pod(0).exitCodes).toEqual([]);
      expect([...repeated(accepted)]).toEqual([]);
    },
  );

  it(
    'of two replicas goes from the highest ordinal down, waits for each, and loses no event',
    SLOW,
    async () => {
      const installation = await startInstallation();
      const { set, accepted } = installation;
      const load = await installed(installation, await rendered({ replicas: 2 }));
      set.apply(await rendered({ replicas: 2, log: { level: 'debug' } }));
      await set.rolledOut();
      expect(set.done).toEqual([
        ...['start offhook-0', 'start offhook-1'],
        ...['stop offhook-1', 'start offhook-1', 'stop offhook-0', 'start offhook-0'],
      ]);
      await toldInFull(installation, load);
      // Twice comes only what was under way when the leader went.
      const again = [...repeated(accepted)];
      expect(again.filter(([, times]) => times > 2)).toEqual([]);
      expect(again.length).toBeLessThan(accepted.length / 2);
    },
  );

  it.each([1, 2])(
    'of %i replicas loses no event either while the receiver is down for all of it',
    SLOW,
    async (replicas) => {
      const installation = await startInstallation();
      const { set, accepted, setDown, tap } = installation;
      const load = await installed(installation, await rendered({ replicas }));
      setDown(true);
      const before = load.lives();
      await until('a backlog', () => load.lives() > before + 10);
      set.apply(await rendered({ replicas, log: { level: 'debug' } }));
      const taken = accepted.length;
      await set.rolledOut();
      expect(accepted).toHaveLength(taken);
      expect(tap.requests.length).toBeGreaterThan(taken);
      setDown(false);
      await toldInFull(installation, load);
    },
  );
});
