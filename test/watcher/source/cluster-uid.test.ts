import { describe, expect, it, onTestFinished } from 'vitest';
import { loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import { awaitClusterUid } from '../../../watcher/source/cluster-uid.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { recorded, refuse, type Step, startScriptedApi } from '../../support/scripted-api.ts';
import { until } from '../../support/until.ts';

async function askFor(...steps: readonly Step[]) {
  const api = await startScriptedApi({ other: steps });
  const clock = createFakeClock();
  const cluster = await loadCluster({ server: api.url, clock });
  const controller = new AbortController();
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, warn: (_: object, message: string) => void warnings.push(message) };
  const uid = awaitClusterUid({ client: { cluster, clock }, random: () => 0.5, log }, controller.signal);
  onTestFinished(async () => {
    controller.abort();
    await cluster.close();
    await api.close();
  });
  return { api, clock, controller, uid, warnings };
}

describe('awaitClusterUid', () => {
  it('is the UID of kube-system', async () => {
    const { api, uid } = await askFor(recorded('namespace-kube-system'));
    expect(await uid).toBe('25e8664a-b2a5-46d1-9422-193a3954bf73');
    expect(api.requests[0]?.path).toBe('/api/v1/namespaces/kube-system');
  });

  it('waits for server and permission, saying once each what is missing', async () => {
    const { clock, uid, warnings } = await askFor(
      refuse(503, 'ServiceUnavailable'),
      refuse(503, 'ServiceUnavailable'),
      recorded('forbidden'),
      recorded('namespace-kube-system'),
    );
    for (const pauseMs of [1_200, 2_400]) {
      await until(`a pause of ${pauseMs} ms`, () => clock.pending()[0] === pauseMs);
      await clock.advance(pauseMs);
    }
    await until('the refusal', () => warnings.length === 2);
    await clock.advance(30_000);
    expect(await uid).not.toBeNull();
    expect(warnings[0]).toContain('503');
    expect(warnings[1]).toContain('kubectl auth can-i get namespaces/kube-system');
    expect(warnings).toHaveLength(2);
  });

  it('is null when told to stop', async () => {
    const { controller, uid, warnings } = await askFor(recorded('forbidden'));
    await until('the refusal', () => warnings.length > 0);
    controller.abort();
    expect(await uid).toBeNull();
  });
});
