import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { type Answered, request } from '../http.ts';

const FILE = new URL('../../../fixtures/definitions/hook-subscriptions.yaml', import.meta.url);

export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const SUBSCRIPTIONS = '/apis/offhook.dev/v1alpha1/namespaces/team-a/hooksubscriptions';

/** The definitions that a real server accepted, as kubectl reads them. */
export const definitionsFile = FILE.pathname;

/** Creates both definitions. */
export async function defineSubscriptions(url: string): Promise<void> {
  for (const document of parseAllDocuments(readFileSync(FILE, 'utf8'))) {
    const { status, body } = await request(url, 'POST', DEFINITIONS, { body: document.toJS() });
    if (status !== 201) throw new Error(`the definition was answered ${status}: ${JSON.stringify(body)}`);
  }
}

/** A subscription that is accepted. */
export function subscription(name: string, spec: object = {}, metadata: object = {}) {
  return {
    apiVersion: 'offhook.dev/v1alpha1',
    kind: 'HookSubscription',
    metadata: { name, ...metadata },
    spec: { target: { url: 'https://hooks.example.com/pods' }, ...spec },
  };
}

export type Subscription = {
  metadata: Record<string, unknown> & { generation: number; resourceVersion: string };
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
};

/** Creates a subscription, which must be accepted. */
export async function subscribe(
  url: string,
  ...about: Parameters<typeof subscription>
): Promise<Subscription> {
  const { status, body } = await request(url, 'POST', SUBSCRIPTIONS, { body: subscription(...about) });
  if (status !== 201) throw new Error(`the subscription was answered ${status}: ${JSON.stringify(body)}`);
  return body as Subscription;
}

/** What an answer said of a refusal. */
export function messageIn({ body }: Answered): string {
  return (body as { message: string }).message;
}
