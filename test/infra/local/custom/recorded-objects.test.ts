import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLocalCluster, type LocalCluster } from '../../../../infra/local/cluster.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { recordedExchange } from '../../../support/recorded-exchange.ts';
import { readEvents, request } from '../http.ts';
import { comparable, expectAsRecorded, replay } from './replay-exchange.ts';

let cluster: LocalCluster;
const clock = createFakeClock();

beforeEach(async () => {
  cluster = await createLocalCluster({ clock });
  cluster.createNamespace('team-a');
});
afterEach(() => cluster.close());

/** The exchanges in the order in which they were recorded, up to the named one, which is left to the test. */
async function after(...names: readonly string[]): Promise<void> {
  for (const name of ['crd-create', ...names]) {
    const { status, recorded } = await replay(cluster.url, name);
    expect({ name, status }).toEqual({ name, status: recorded.answer.status });
  }
}

it('accepts the definition', () => expectAsRecorded(cluster.url, 'crd-create'));

it('establishes the definition', async () => {
  await after();
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/hooksubscriptions.offhook.dev';
  const { body } = await request(cluster.url, 'GET', path);
  const recorded = recordedStatus();
  const since = { lastTransitionTime: expect.any(String) };
  const conditions = recorded.conditions.map((condition) => ({ ...condition, ...since }));
  expect((body as { status: unknown }).status).toEqual({ ...recorded, conditions });
});

it.each([
  ['cr-discovery', []],
  ['cr-create', []],
  ['cr-list', ['cr-create']],
  ['cr-unknown-field-strict', []],
  ['cr-invalid-enum', []],
  ['cr-invalid-pattern', []],
  ['cr-invalid-two-targets', []],
  ['cr-status-apply', ['cr-create']],
  ['cr-status-apply-conflict', ['cr-create', 'cr-status-apply']],
  ['cr-status-apply-unknown-field', ['cr-create', 'cr-status-apply']],
  ['cr-status-apply-missing', []],
  ['cr-spec-merge-patch', ['cr-create', 'cr-status-apply']],
  ['cr-get', ['cr-create', 'cr-status-apply', 'cr-spec-merge-patch']],
  ['cr-delete', ['cr-create']],
])('answers %s as recorded', async (name, before) => {
  await after(...before);
  await expectAsRecorded(cluster.url, name);
});

it('prints the columns of the definition', async () => {
  await after('cr-create', 'cr-status-apply', 'cr-spec-merge-patch');
  const { body, recorded } = await replay(cluster.url, 'cr-table');
  expect(withoutAges(comparable(body))).toEqual(withoutAges(comparable(JSON.parse(recorded.answer.body))));
});

it('streams what there is, and the bookmark that ends it', async () => {
  await after('cr-create');
  const { path, answer } = recordedExchange('cr-watch-list');
  const seen = await readEvents(cluster.url, path, ({ type }) => type === 'BOOKMARK');
  const expected = answer.body.split('\n').map((line) => JSON.parse(line) as unknown);
  expect(comparable(seen)).toEqual(comparable(expected));
});

function withoutAges(table: unknown): unknown {
  return JSON.parse(JSON.stringify(table).replace(/"\d+s"/g, '"AGE"'));
}

function recordedStatus(): { conditions: object[] } {
  const file = new URL('../../../fixtures/protocol/crd-status.http', import.meta.url);
  const text = readFileSync(file, 'utf8');
  return JSON.parse(text.slice(text.indexOf('{'))) as { conditions: object[] };
}
