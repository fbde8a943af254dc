import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { renderNotes, SMALLEST } from '../helm/render-chart.ts';
import { VARIANTS } from '../helm/variants.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { kubectl, succeeded } from '../tools/kubernetes-tools.ts';
import { rendered } from './acted-installation.ts';
import { layOutPod } from './lay-out-pod.ts';

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

describe('a Secret that is missing', () => {
  it('keeps the Pod waiting, whichever it is: no source is optional', async () => {
    const manifests = await rendered(VARIANTS['secrets of every kind']?.values ?? {});
    const [pod] = podsOf(manifests);
    /** By the chart itself: nobody can forget it. */
    const isMade = (secret: string) =>
      manifests.some(({ kind, metadata }) => kind === 'Secret' && metadata.name === secret);
    const items = pod?.spec.volumes
      ?.flatMap(({ projected }) =>
        (projected?.sources ?? []).flatMap(({ secret }) =>
          (secret?.items ?? []).map(({ key }) => ({ secret, name: secret?.name ?? '', key })),
        ),
      )
      .filter(({ name }) => !isMade(name));
    expect(items).toHaveLength(9);
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
