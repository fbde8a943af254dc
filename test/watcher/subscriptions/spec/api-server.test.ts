import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { createLocalCluster, type LocalCluster } from '../../../../infra/local/cluster.ts';
import { readHookSubscription } from '../../../../watcher/subscriptions/spec/read-hook-subscription.ts';
import type { SubscriptionKind } from '../../../../watcher/subscriptions/spec/subscription-kind.ts';
import { specsOf } from '../../../cli/schema/spec-arbitrary.ts';
import { request } from '../../../infra/local/http.ts';
import { kubectl } from '../../../infra/tools/kubernetes-tools.ts';
import { isOfClusterOnly, SERVER_VERDICTS } from './server-verdicts.ts';

const CRDS = join(import.meta.dirname, '../../../../infra/crds');
const COLLECTIONS: Readonly<Record<SubscriptionKind, string>> = {
  HookSubscription: '/apis/offhook.dev/v1alpha1/namespaces/team-a/hooksubscriptions',
  ClusterHookSubscription: '/apis/offhook.dev/v1alpha1/clusterhooksubscriptions',
};

let cluster: LocalCluster;
let folder: string;

beforeAll(async () => {
  cluster = await createLocalCluster();
  cluster.createNamespace('team-a');
  folder = mkdtempSync(join(tmpdir(), 'offhook-crds-'));
  const applied = await kubectl('--server', cluster.url, 'apply', '--validate=false', '-k', CRDS);
  expect(applied).toMatchObject({ code: 0, stderr: '' });
});
afterAll(async () => {
  await cluster.close();
  rmSync(folder, { recursive: true });
});

function object(kind: SubscriptionKind, name: string, spec: unknown) {
  const namespace = kind === 'HookSubscription' ? { namespace: 'team-a' } : {};
  return { apiVersion: 'offhook.dev/v1alpha1', kind, metadata: { name, ...namespace }, spec };
}

describe('the API server, told of the definitions', () => {
  it('gives with kubectl the verdicts and defaults that a real one gave', async () => {
    const cases = SERVER_VERDICTS.map((verdict) => {
      if (!isOfClusterOnly(verdict)) return { ...verdict, kind: 'HookSubscription' as const };
      const spec = { ...verdict.spec, namespaceSelector: {}, secretNamespace: 'audit' };
      return { ...verdict, spec, kind: 'ClusterHookSubscription' as const };
    });
    const file = join(folder, 'cases.yaml');
    writeFileSync(
      file,
      cases.map(({ kind, name, spec }) => stringify(object(kind, name, spec))).join('---\n'),
    );
    const { code } = await kubectl('--server', cluster.url, 'apply', '--validate=false', '-f', file);
    expect(code).toBe(1);
    for (const { kind, name, accepted, defaulted } of cases) {
      const { status, body } = await request(cluster.url, 'GET', `${COLLECTIONS[kind]}/${name}`);
      // kubectl cannot ask for strictness here; then a server drops what it does not know.
      const pruned = name === 'bad-unknownfield';
      expect({ name, status }).toEqual({ name, status: accepted || pruned ? 200 : 404 });
      if (pruned) expect((body as { spec: unknown }).spec).not.toHaveProperty('secretFile');
      if (accepted) expect((body as { spec: unknown }).spec, name).toMatchObject(defaulted as object);
    }
  });

  it('refuses an event bus in a namespace', async () => {
    const spec = { target: { eventBridge: { busName: 'default', region: 'eu-central-1' } } };
    const { status } = await request(
      cluster.url,
      'POST',
      `${COLLECTIONS.HookSubscription}?fieldValidation=Strict`,
      {
        body: object('HookSubscription', 'bus', spec),
      },
    );
    expect([400, 422]).toContain(status);
  });

  it('shows the columns, and no others', async () => {
    const body = object('HookSubscription', 'shown', { target: { url: 'https://a.example.com/' } });
    await request(cluster.url, 'POST', COLLECTIONS.HookSubscription, { body });
    const { stdout } = await kubectl('--server', cluster.url, '-n', 'team-a', 'get', 'hooksub', 'shown');
    expect(stdout.split('\n')[0]?.split(/\s+/)).toEqual([
      'NAME',
      'READY',
      'DELIVERING',
      'REASON',
      'TARGET',
      'PENDING',
      'DEAD',
      'LAST',
      'AGE',
    ]);
  });

  it.each(['HookSubscription', 'ClusterHookSubscription'] as const)(
    'accepts a %s where the watcher does, with the same defaults, rules included',
    async (kind) => {
      let taken = 0;
      const path = `${COLLECTIONS[kind]}?dryRun=All&fieldValidation=Strict`;
      await fc.assert(
        fc.asyncProperty(specsOf(kind), async (spec) => {
          const body = object(kind, 'any', spec);
          const reading = readHookSubscription(body);
          const answer = await request(cluster.url, 'POST', path, { body });
          const faults = reading.kind === 'read' ? [] : reading.faults;
          expect({ status: answer.status < 300 }, JSON.stringify({ faults, answer: answer.body })).toEqual({
            status: reading.kind === 'read',
          });
          if (reading.kind !== 'read') return;
          taken += 1;
          expect((answer.body as { spec: unknown }).spec).toEqual(reading.spec);
        }),
        { numRuns: 400 },
      );
      expect(taken).toBeGreaterThan(20);
    },
  );

  it('is told by the chart what it is told by kubectl', () => {
    const name = 'offhook.dev_hooksubscriptions.yaml';
    const chart = join(CRDS, '../helm/offhook/files/crds');
    expect(parse(readFileSync(join(chart, name), 'utf8'))).toEqual(
      parse(readFileSync(join(CRDS, name), 'utf8')),
    );
  });
});
