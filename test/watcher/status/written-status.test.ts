import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import { createStatusWriter } from '../../../watcher/status/status-writer.ts';
import type { ObjectReference } from '../../../watcher/subscriptions/objects/object-standing.ts';
import { request } from '../../infra/local/http.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { openTestJournal } from '../journal/journal-events.ts';
import { type StandingOptions, standingOf, tellStandings } from './object-standings.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const OBJECTS = '/apis/offhook.dev/v1alpha1/namespaces/team-a/hooksubscriptions';
const BILLING = {
  apiVersion: 'offhook.dev/v1alpha1',
  kind: 'HookSubscription',
  metadata: { name: 'billing' },
  spec: { target: { url: 'https://hooks.example.com/pods' } },
};

type Stored = {
  readonly metadata: {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly managedFields: readonly { readonly manager: string; readonly subresource?: string }[];
  };
  readonly status?: Readonly<Record<string, unknown>>;
};

/** The embedded cluster, which knows the kinds by a CRD of before there was `lastTest`, with one object. */
async function start() {
  const local = await createLocalCluster();
  onTestFinished(() => local.close());
  local.createNamespace('team-a');
  const file = new URL('../../fixtures/definitions/hook-subscriptions.yaml', import.meta.url);
  for (const document of parseAllDocuments(readFileSync(file, 'utf8')))
    await request(local.url, 'POST', DEFINITIONS, { body: document.toJS() });
  const cluster = await loadCluster({ server: local.url });
  onTestFinished(() => cluster.close());

  const call = async (method: 'POST' | 'GET' | 'PUT' | 'DELETE', path: string, body?: unknown) => {
    const answer = await request(local.url, method, path, { body });
    if (answer.status > 299) throw new Error(JSON.stringify(answer.body));
    return answer.body as unknown as Stored;
  };
  await call('POST', OBJECTS, BILLING);

  const clock = createFakeClock();
  const standings = tellStandings();
  const results: string[] = [];
  const lines: string[] = [];
  const say = (_: object, message: string) => void lines.push(message);
  const writer = createStatusWriter({
    cluster,
    clock,
    random: () => 0.5,
    log: { debug: () => {}, info: say, warn: say },
    instance: 'offhook-0',
    standings,
    leads: () => true,
    journal: openTestJournal({ clock }),
    sendTest: async () => ({ outcome: 'delivered', status: 202, reason: null }),
    metrics: { onStatusWrite: (result) => results.push(result), onTurnEvent: () => {} },
  });
  writer.start();
  onTestFinished(() => writer.stop());
  const isIdle = () => clock.pending().length === 1 && (clock.pending()[0] ?? 0) <= 1_000;

  const read = () => call('GET', `${OBJECTS}/billing`);
  /** What the watch would show. */
  const show = async (more: Partial<ObjectReference> = {}, options: StandingOptions = {}) => {
    const { metadata, status } = await read();
    const { uid, resourceVersion, generation } = metadata;
    standings.tell([
      standingOf({ ...options, object: { uid, resourceVersion, generation, status, ...more } }),
    ]);
  };
  return {
    ...{ call, read, show, results, lines },
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1_000);
        await until('the end of a round', isIdle);
      }
    },
  };
}

test('a status is applied, read back as the same, and not written again', async () => {
  const { read, show, pass, results } = await start();
  await show();
  await pass(2);
  const { status, metadata } = await read();
  expect(status).toMatchObject({
    observedGeneration: 1,
    conditions: [
      { type: 'Ready', status: 'True', reason: 'Accepted', observedGeneration: 1 },
      { type: 'Delivering', status: 'Unknown', reason: 'NoEventYet' },
    ],
    target: 'https://hooks.example.com',
    pending: 0,
  });
  expect(metadata.managedFields).toContainEqual(
    expect.objectContaining({ manager: 'offhook', subresource: 'status' }),
  );
  expect(metadata.generation).toBe(1);
  await show();
  await pass(130);
  expect(results).toEqual(['written']);
});

test('what another manager wrote into it is overruled, not met with a conflict', async () => {
  const { call, read, show, pass, results } = await start();
  const { metadata } = await read();
  await call('PUT', `${OBJECTS}/billing/status`, {
    ...BILLING,
    metadata: { ...BILLING.metadata, resourceVersion: metadata.resourceVersion },
    status: { pending: 7, deadLetters: 3 },
  });
  await show();
  await pass(2);
  expect(results).toEqual(['written']);
  expect((await read()).status).toMatchObject({ pending: 0, deadLetters: 0 });
});

test('an object that was deleted and created again has a status of its own once the watch shows it', async () => {
  const { call, read, show, pass } = await start();
  await show({}, { ready: { reason: 'SecretNotFound', message: 'x' } });
  await call('DELETE', `${OBJECTS}/billing`);
  await call('POST', OBJECTS, BILLING);
  await pass(2);
  await show();
  await pass(6);
  expect((await read()).status).toMatchObject({ conditions: [{ reason: 'Accepted' }, {}] });
});

test('an object that was deleted is not created by its status', async () => {
  const { call, show, pass, results } = await start();
  await show();
  await call('DELETE', `${OBJECTS}/billing`);
  await pass(2);
  expect(results).toHaveLength(1);
  expect(['missing', 'conflict']).toContain(results[0]);
  await expect(call('GET', `${OBJECTS}/billing`)).rejects.toThrow('not found');
});

test('a CRD that does not know a field yet gets all the others', async () => {
  const { read, show, pass, results, lines } = await start();
  await show({ testRequest: 't-1' });
  await pass(20);
  expect(results).toEqual(['written', 'refused']);
  const { status } = await read();
  expect(status).toHaveProperty('conditions');
  expect(status).not.toHaveProperty('lastTest');
  expect(lines.filter((line) => line.includes('CRD'))).toHaveLength(1);
});
