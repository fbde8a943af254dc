import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { until } from '../../support/until.ts';
import { healthOf, untilReady, warnings } from '../../support/watch-config.ts';
import { renderNotes, SMALLEST } from '../helm/render-chart.ts';
import { VARIANTS } from '../helm/variants.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { kubectl, succeeded } from '../tools/kubernetes-tools.ts';
import { installed, rendered, startInstallation, toldInFull, withConfig } from './acted-installation.ts';
import { layOutPod } from './lay-out-pod.ts';
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
    set.apply(await rendered({ replicas: 1 }));
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

describe('a Secret that is missing', () => {
  it('keeps the Pod waiting, whichever it is: no source is optional', async () => {
    const manifests = await rendered(VARIANTS['secrets of every kind']?.values ?? {});
    const [pod] = podsOf(manifests);
    const items = pod?.spec.volumes?.flatMap(({ projected }) =>
      (projected?.sources ?? []).flatMap(({ secret }) =>
        (secret?.items ?? []).map(({ key }) => ({ secret, name: secret?.name ?? '', key })),
      ),
    );
    expect(items).toHaveLength(6);
    for (const { secret, name, key } of items ?? []) {
      expect(secret).not.toHaveProperty('optional');
      const others = Object.fromEntries((items ?? []).map((each) => [each.name, valuesOf(each.name)]));
      const { [key]: _missing, ...rest } = others[name] ?? {};
      const lay = (secrets: typeof others) => () =>
        pod && layOutPod(pod, { manifests, secrets, root: temporaryDirectory() });
      expect(lay({ ...others, [name]: rest })).toThrow(`the Pod waits for ${name}/${key}`);
      expect(lay(others)).not.toThrow();
    }
    function valuesOf(name: string): Record<string, string> {
      return Object.fromEntries(
        (items ?? []).filter((each) => each.name === name).map(({ key }) => [key, 'x']),
      );
    }
  });

  it('is named by the lines that the notes and docs/operations.md give', async () => {
    const cluster = await createLocalCluster();
    onTestFinished(() => cluster.close());
    cluster.createNamespace('offhook');
    const file = join(temporaryDirectory(), 'event.yaml');
    writeFileSync(file, stringify(FAILED_MOUNT));
    await succeeded(kubectl('create', '--server', cluster.url, '--validate=false', '-f', file));
    const notes = await renderNotes(SMALLEST);
    const docs = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
    for (const text of [notes, docs]) {
      const [line = ''] = /kubectl -n offhook get events [^`\n]*/.exec(text) ?? [];
      const args = line.trim().split(/\s+/).slice(1);
      expect(await succeeded(kubectl(...args, '--server', cluster.url))).toContain(FAILED_MOUNT.message);
      expect(text).toMatch(/kubectl -n offhook describe pod offhook-0/);
    }
  });
});

// Mounting a file system needs root.
describe.skipIf(process.getuid?.() !== 0)('a volume', () => {
  it(
    'that others have filled makes the watcher unready, with the reason; nothing is lost, and it goes on when there is room',
    SLOW,
    async () => {
      const installation = await startInstallation();
      const { set, accepted } = installation;
      const volume = set.volume(0);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', volume]);
      onTestFinished(() => void execFileSync('umount', ['--lazy', volume]));
      const values = { persistence: { size: '16Mi' }, journal: { maxBytes: '12MiB' } };
      // In memory, which a journal refuses unless it is told that this is meant.
      const manifests = withConfig(await rendered(values), (text) =>
        text.replace('journal:', 'journal:\n  allowVolatile: true'),
      );
      const load = await installed(installation, manifests);
      const filler = join(volume, 'filler');
      fill(filler);
      await set.act('it is not ready', () => set.done.length === 1 && !set.pod(0).ready());
      const watcher = set.pod(0).process();
      await watcher.says(/could not be stored.*full|full.*could not be stored/i);
      const readiness = await fetch(new URL('/readyz', await healthOf(watcher)));
      expect(readiness.status).toBe(503);
      expect(await readiness.text()).toMatch(/the journal cannot write: .*full/);
      const [lives, taken] = [load.lives(), accepted.length];
      await until('events that cannot be stored', () => load.lives() > lives + 10, 40_000);
      expect(accepted.length - taken).toBeLessThan(8);

      rmSync(filler);
      await set.act('it is ready again', () => set.pod(0).ready());
      await toldInFull(installation, load);
      expect(set.pod(0).exitCodes).toEqual([]);
    },
  );
});

/** As the kubelet writes it. */
const FAILED_MOUNT = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'offhook-0.17f0', namespace: 'offhook' },
  involvedObject: { kind: 'Pod', namespace: 'offhook', name: 'offhook-0' },
  type: 'Warning',
  reason: 'FailedMount',
  message: 'MountVolume.SetUp failed for volume "config" : secret "offhook-signing" not found',
};

function lastLine(text: string): string | undefined {
  return text.trimEnd().split('\n').at(-1);
}

/** Takes every byte that is left on the file system, also while others write to it. */
function fill(file: string): void {
  for (const size of [64 * 1024, 4096]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
}
