import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { KUSTOMIZE, renderFolder, renderOverlay } from '../kustomize/render-kustomization.ts';
import { type Manifest, pick, titleOf } from '../manifests/manifest.ts';
import { kubectl, succeeded } from '../tools/kubernetes-tools.ts';
import { installed, rendered, startInstallation, withReplicas } from './acted-installation.ts';
import { type RecordingApi, startRecordingApi } from './recording-api.ts';

const SLOW = { timeout: 120_000 };

describe('uninstalling', () => {
  it(
    'leaves only the claims: what a watcher writes into the cluster by itself is the Lease, which goes, too',
    SLOW,
    async () => {
      let api: RecordingApi | undefined;
      const installation = await startInstallation(async (url) => {
        api = await startRecordingApi(url);
        return api.url;
      });
      const { cluster, set } = installation;
      const manifests = await rendered({ replicas: 2 });
      const ask = (...args: string[]) =>
        succeeded(kubectl(...args, '--server', cluster.url, '--namespace', 'default'));
      // The cluster here knows this one of the rendered kinds; the Pods are processes.
      const file = writeManifests([pick(manifests, 'Lease')]);
      expect(await ask('apply', '--validate=false', '-f', file)).toBe(
        'lease.coordination.k8s.io/offhook created\n',
      );
      const load = await installed(installation, manifests);
      await load.stop();

      const written = api?.acts().filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
      expect(written).toEqual([
        {
          verb: 'update',
          group: 'coordination.k8s.io',
          resource: 'leases',
          namespace: 'default',
          name: 'offhook',
        },
      ]);
      const lease = cluster.api.lease('default', 'offhook');
      expect(lease?.metadata.labels).toEqual(pick(manifests, 'Lease').metadata.labels);
      expect(lease?.spec).toMatchObject({ holderIdentity: expect.stringMatching(/./) });
      expect(await ask('apply', '--validate=false', '-f', file)).toMatch(/unchanged|configured/);
      expect(cluster.api.lease('default', 'offhook')?.spec).toMatchObject({
        holderIdentity: expect.any(String),
      });

      // The order of Helm and of kubectl delete -k: workloads and roles, and kinds that they know nothing of last.
      set.apply(withReplicas(manifests, 0));
      await set.act('SIGTERM', () => set.done.filter((each) => each.startsWith('stop')).length === 2);
      cluster.api.setAccess({
        forbid: ['get', 'create', 'update'].map((verb) => ({ verb, resource: 'leases' })),
      });
      await ask('delete', '--wait=false', '-f', file);
      await set.rolledOut();
      cluster.api.setAccess({});
      expect(await ask('get', 'leases', '-o', 'name')).toBe('');
      for (const ordinal of [0, 1])
        expect(existsSync(join(set.volume(ordinal), 'journal/journal.db'))).toBe(true);
    },
  );

  it(
    'with kubectl delete -k and its selector leaves the namespace, and so the claims in it',
    SLOW,
    async () => {
      const { cluster } = await startInstallation();
      const overlay = await renderFolder(join(KUSTOMIZE, 'overlays/default'));
      const standby = await renderOverlay({ components: ['standby'] });
      const [, selector = ''] =
        /kubectl delete -k \. (-l \S+)/.exec(
          readFileSync(join(KUSTOMIZE, 'overlays/default/kustomization.yaml'), 'utf8'),
        ) ?? [];
      const selected = ({ metadata }: Manifest) => metadata.labels?.['app.kubernetes.io/name'] === 'offhook';
      // The kinds stay, too: with them all subscriptions of everybody would go.
      expect(overlay.filter((each) => !selected(each)).map(titleOf)).toEqual([
        'Namespace/offhook',
        'CustomResourceDefinition/clusterhooksubscriptions.offhook.dev',
        'CustomResourceDefinition/hooksubscriptions.offhook.dev',
      ]);
      const kinds = standby.filter(({ kind }) => kind !== 'CustomResourceDefinition');
      expect(kinds.every(selected)).toBe(true);

      const file = writeManifests([pick(overlay, 'Namespace'), pick(standby, 'Lease')]);
      const ask = (...args: string[]) => succeeded(kubectl(...args, '--server', cluster.url));
      await ask('apply', '--validate=false', '-f', file);
      await ask('delete', '-f', file, ...selector.split(' '));
      expect(await ask('get', 'leases', '-n', 'offhook', '-o', 'name')).toBe('');
      expect(await ask('get', 'namespaces', 'offhook', '-o', 'name')).toBe('namespace/offhook\n');
    },
  );
});

function writeManifests(manifests: readonly Manifest[]): string {
  const file = join(temporaryDirectory(), 'manifests.yaml');
  writeFileSync(file, manifests.map((each) => stringify(each)).join('---\n'));
  return file;
}
