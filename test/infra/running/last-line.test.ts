import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { rendered, startInstallation, withConfig } from './acted-installation.ts';

const SLOW = { timeout: 120_000 };

describe('a watcher that cannot go on', () => {
  it(
    'because somebody wrote a wrong key into its ConfigMap ends with 2, and says where last',
    SLOW,
    async () => {
      const { set } = await startInstallation();
      set.apply(withConfig(await rendered({ replicas: 1 }), (text) => text.replace('journal:', 'journel:')));
      await set.act('it starts', () => set.done.length === 1);
      const { code, stdout, stderr } = await set.pod(0).process().ended();
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(lastLine(stderr)).toMatch(/offhook\.yaml:\d+:1 journel: unknown key; did you mean "journal"\?$/);
    },
  );

  it.each([1, 2])(
    'because its volume has another cluster’s journal (replicas: %i) ends with 1, and says so last',
    SLOW,
    async (replicas) => {
      const { set } = await startInstallation();
      const journal = openJournal({ directory: join(set.volume(0), 'journal'), clock: systemClock });
      journal.bindCluster('another-one');
      journal.close();
      set.apply(await rendered({ replicas, log: { level: 'debug' } }));
      await set.act('it starts', () => set.done.length === replicas);
      const { code, stdout, stderr } = await set.pod(0).process().ended();
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(lastLine(stderr)).toMatch(/^offhook watch: the journal \S+ belongs to another cluster/);
    },
  );
});

describe('a watcher that ends while it delivers', () => {
  it('says why last, also when an attempt under way has something to log', SLOW, async () => {
    const { cluster, set, tap } = await startInstallation();
    tap.answer((response) => void setTimeout(() => response.writeHead(500).end(), 4_000));
    set.apply(await rendered({ replicas: 1, log: { level: 'debug' } }));
    await set.rolledOut();
    const watcher = set.pod(0).process();
    cluster.applyManifest({
      ...{ kind: 'Pod', metadata: { name: 'web' } },
      spec: { containers: [{ name: 'app', image: 'web:1' }] },
    });
    await tap.received(1);
    const port = Number(new URL(cluster.url).port);
    await cluster.close();
    const other = await createLocalCluster({ port });
    onTestFinished(() => other.close());
    const { code, stderr } = await watcher.ended();
    expect(code).toBe(1);
    expect(stderr).toContain('http 500');
    expect(lastLine(stderr)).toMatch(/^offhook watch: the journal \S+ belongs to another cluster/);
  });
});

function lastLine(text: string): string | undefined {
  return text.trimEnd().split('\n').at(-1);
}
