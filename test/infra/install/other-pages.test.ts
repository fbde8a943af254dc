import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook } from '../../support/offhook-process.ts';
import { createTestAuthority } from '../../support/test-certificates.ts';
import { SECRET } from '../../support/watch-config.ts';
import { renderChart, SMALLEST, type Values } from '../helm/render-chart.ts';
import { RECEIVER } from '../helm/variants.ts';
import { type Manifest, parseManifests, pick } from '../manifests/manifest.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { layOutPod } from '../running/lay-out-pod.ts';
import { kubectlFaults } from './kubectl-faults.ts';
import { blocksOf } from './page-script.ts';

const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');
const page = (name: string) => readFileSync(join(DOCS, name), 'utf8');
/** Objects that a page shows. */
const shown = (name: string) =>
  blocksOf(page(name))
    .filter(({ language, text }) => language === 'yaml' && text.includes('apiVersion: '))
    .flatMap(({ text }) => parseManifests(text));

describe('docs/high-availability.md', () => {
  it.each([
    ['StatefulSet', { replicas: 2 }],
    ['Role', { replicas: 2 }],
    ['RoleBinding', { replicas: 2 }],
    ['DaemonSet', { mode: 'per-node' }],
  ])('shows of the %s what the chart renders', async (kind, values) => {
    const rendered = pick(await renderChart({ ...SMALLEST, ...values }), kind);
    const object = pick(shown('high-availability.md'), kind);
    expect(rendered.metadata).toMatchObject(object.metadata);
    expect(rendered.roleRef).toEqual(object.roleRef);
    expect(rendered.rules).toEqual(object.rules);
    expect(contains(rendered.spec ?? {}, object.spec ?? {}, kind)).toEqual([]);
  });

  it('would be found out, were the chart to render something else', async () => {
    const { spec = {} } = pick(await renderChart({ ...SMALLEST, mode: 'per-node' }), 'DaemonSet');
    const volumes = [{ name: 'journal', hostPath: { path: '/var/lib/offhook' } }];
    expect(contains(spec, { template: { spec: { volumes } } }, 'DaemonSet')).toEqual([
      'DaemonSet.template.spec.volumes[journal].hostPath.path',
    ]);
  });
});

describe('docs/node.md', () => {
  it('shows values with which the chart makes a receiver that starts', async () => {
    const [block] = blocksOf(page('node.md')).filter(({ text }) => text.startsWith('# receiver-values.yaml'));
    const manifests = await renderChart(parse(block?.text ?? '') as Values);
    const { cert, key } = createTestAuthority('Offhook test').issue('127.0.0.1');
    const handlers = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'offhook-handlers' },
      data: { 'handlers.ts': MODULE },
    };
    const [pod] = podsOf(manifests).filter(({ of }) => of === 'StatefulSet/offhook-receiver');
    if (pod === undefined) throw new Error('no receiver');
    const { args } = layOutPod(pod, {
      manifests: [...manifests, handlers as Manifest],
      secrets: {
        'offhook-signing': { bridge: SECRET },
        'offhook-page': { token: 'a-token-of-some-length' },
        'offhook-receiver-tls': { 'tls.crt': cert, 'tls.key': key },
        'offhook-chat': { url: 'https://chat.example/hook' },
      },
      root: temporaryDirectory(),
    });
    expect(await runOffhook([...args, '--check'])).toMatchObject({ code: 0 });
  });
});

describe('kubectl lines of', () => {
  let rendered: readonly Manifest[];
  beforeAll(async () => {
    rendered = await renderChart({ ...SMALLEST, replicas: 2, receiver: RECEIVER });
  });

  it.each(['operations.md', 'high-availability.md', 'node.md'])(
    'docs/%s name what the chart installs',
    (name) => {
      const lines = [...page(name).matchAll(/kubectl -n offhook [^`\n]+/g)].map(([line]) => line.trim());
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(kubectlFaults(line.split(' ').slice(1), rendered), line).toEqual([]);
      expect(page(name)).not.toMatch(/kubectl exec deploy\//);
    },
  );
});

const MODULE = 'export function registerHandlers() {}\n';

/** Paths of what a part shows and the whole does not have. Items of lists are found by their names, else by being equal. */
function contains(whole: unknown, part: unknown, path: string): readonly string[] {
  if (Array.isArray(part)) {
    const items = Array.isArray(whole) ? whole : [];
    return part.flatMap((item, index) => {
      const { name } = item ?? {};
      if (name === undefined)
        return items.some((each) => isDeepEqual(each, item)) ? [] : [`${path}[${index}]`];
      return contains(
        items.find((each) => each?.name === name),
        item,
        `${path}[${name}]`,
      );
    });
  }
  if (typeof part !== 'object' || part === null) return whole === part ? [] : [path];
  return Object.entries(part).flatMap(([key, value]) =>
    contains((whole as Record<string, unknown> | undefined)?.[key], value, `${path}.${key}`),
  );
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
