import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createLocalCluster, type LocalCluster } from '../../../../infra/local/cluster.ts';
import { request } from '../http.ts';

type Case = {
  readonly name: string;
  readonly spec: unknown;
  readonly accepted: boolean;
  readonly defaulted?: unknown;
  readonly message?: string;
};

const fixture = (name: string) =>
  readFileSync(new URL(`../../../fixtures/definitions/${name}`, import.meta.url), 'utf8');
const cases = JSON.parse(fixture('hook-subscription-cases.json')) as readonly Case[];

let cluster: LocalCluster;

beforeAll(async () => {
  cluster = await createLocalCluster();
  cluster.createNamespace('team-a');
  for (const document of parseAllDocuments(fixture('hook-subscriptions.yaml'))) {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const { status, body } = await request(cluster.url, 'POST', path, { body: document.toJS() });
    expect({ status, body }).toMatchObject({ status: 201 });
  }
});
afterAll(() => cluster.close());

it.each(cases)(
  '$name is judged as a real server did',
  async ({ spec, accepted, defaulted, message = '' }) => {
    const path =
      '/apis/offhook.dev/v1alpha1/namespaces/team-a/hooksubscriptions?fieldValidation=Strict&dryRun=All';
    const { status, body } = await request(cluster.url, 'POST', path, {
      body: { apiVersion: 'offhook.dev/v1alpha1', kind: 'HookSubscription', metadata: { name: 'x' }, spec },
    });
    if (accepted) {
      expect({ status, spec: (body as { spec: unknown }).spec }).toEqual({ status: 201, spec: defaulted });
    } else {
      expect([400, 422]).toContain(status);
      expect(asKubectlSays(body)).toBe(message);
    }
  },
);

/** The cases were recorded through kubectl, which makes a sentence of a Status. */
function asKubectlSays(body: unknown): string {
  const { code, message, details } = body as {
    code: number;
    message: string;
    details?: { kind: string; name: string; causes: { field: string; message: string }[] };
  };
  if (code === 400) return `Error from server (BadRequest): error when creating "STDIN": ${message}`;
  const causes = (details?.causes ?? []).map((cause) => `${cause.field}: ${cause.message}`);
  const list = causes.length === 1 ? causes[0] : causes.map((cause) => `\n* ${cause}`).join('');
  return `The ${details?.kind} "${details?.name}" is invalid: ${list}`;
}
