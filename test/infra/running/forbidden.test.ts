import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { healthOf, untilReady, warnings } from '../../support/watch-config.ts';
import { rendered, startInstallation } from './acted-installation.ts';
import { type RecordingApi, startRecordingApi } from './recording-api.ts';

const SLOW = { timeout: 120_000 };
const FORBIDDEN = {
  'for Pods': {
    forbid: [
      { verb: 'list', resource: 'pods' },
      { verb: 'watch', resource: 'pods' },
    ],
    asked: ['list pods', 'watch pods'],
    says: /not allowed to watch pods; check with: kubectl auth can-i watch pods --all-namespaces/,
    why: /not allowed to \w+ pods; check with: kubectl auth can-i .*grant list and watch on pods in a ClusterRole/,
  },
  'for anything (no binding at all)': {
    forbid: [{ verb: '*', resource: '*' }],
    asked: ['get namespaces'],
    says: /not allowed to get the namespace kube-system.*kubectl auth can-i get namespaces\/kube-system/,
    why: /not allowed to get the namespace kube-system.*kubectl auth can-i get namespaces\/kube-system/,
  },
};

describe('a watcher without a permission', () => {
  it.each(Object.entries(FORBIDDEN))(
    '%s is not ready, says why in one line however often it tries, and goes on once it has it',
    SLOW,
    async (_what, { forbid, asked, says, why }) => {
      let api: RecordingApi | undefined;
      const { cluster, set } = await startInstallation(async (url) => {
        api = await startRecordingApi(url);
        return api.url;
      });
      cluster.api.setAccess({ forbid });
      set.apply(await rendered({ replicas: 1 }));
      await set.act('it runs', () => set.done.length === 1);
      const watcher = set.pod(0).process();
      await watcher.says(says);
      const tries = () => asked.reduce((sum, act) => sum + (api?.times(act) ?? 0), 0);
      await set.act('another try', () => tries() >= 2);
      expect(set.pod(0).ready()).toBe(false);
      const readiness = await fetch(new URL('/readyz', await healthOf(watcher)));
      expect(readiness.status).toBe(503);
      expect(await readiness.text()).toMatch(why);
      expect(warnings(watcher.stderr()).filter((line) => line.includes('not allowed'))).toHaveLength(1);
      expect((await fetch(new URL('/livez', await healthOf(watcher)))).status).toBe(200);

      cluster.api.setAccess({});
      await until('it is asked again', () => tries() >= 3, 40_000);
      await untilReady(watcher);
      expect(set.pod(0).exitCodes).toEqual([]);
    },
  );
});
