import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { LocalCluster } from '../../../infra/local/cluster.ts';
import { idsOf, pod } from '../../end-to-end/support/replicas.ts';
import { until } from '../../support/until.ts';

const LIFE = ['preStart', 'postStart', 'preStop', 'postStop'];
/** About five Pods a second, that is twenty events. */
const EVERY_MS = 200;
const LIFE_MS = 1_500;

export interface SteadyLoad {
  /** How many Pods have begun and ended. */
  lives(): number;
  /** Lets the last Pods end. @returns the ids of all events that there must be, each once. */
  stop(): Promise<readonly string[]>;
}

/**
 * Pods that come at a steady rate, run for a while and are deleted. What must be told of them is derived from the
 * cluster's own objects: a start, and a stop, of every container that ran.
 */
export function startLoad(cluster: LocalCluster): SteadyLoad {
  const alive = new Map<string, number>();
  const ids: string[] = [];
  let made = 0;

  function make(): void {
    made += 1;
    cluster.applyManifest(pod(`load-${made}`));
    alive.set(`load-${made}`, performance.now());
  }

  /** Deletes who has lived long enough; one that does not run yet has nothing to be told of its end. */
  function end(olderThanMs: number): void {
    for (const [name, madeAtMs] of alive) {
      const runs = cluster.getPod('default', name).status.phase === 'Running';
      if (!runs || performance.now() - madeAtMs < olderThanMs) continue;
      ids.push(...idsOf(cluster, [name], LIFE));
      cluster.deletePod('default', name, { gracePeriodSeconds: 2 });
      alive.delete(name);
    }
  }

  const timer = setInterval(() => {
    make();
    end(LIFE_MS);
  }, EVERY_MS);
  onTestFinished(() => clearInterval(timer));
  return {
    lives: () => ids.length / LIFE.length,
    async stop() {
      clearInterval(timer);
      await until('every Pod has run', () => {
        end(0);
        return alive.size === 0;
      });
      // A moment for the kubelet to end them.
      await sleep(100);
      return ids;
    },
  };
}
