import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createLocalCluster,
  type LocalCluster,
  type LocalClusterOptions,
} from '../../../infra/local/cluster.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { readEvents, request, type WatchEvent } from './http.ts';

type Recorded = { status: number; headers: Record<string, string>; body: string };

/** A recorded answer of test/fixtures/protocol. */
function recorded(name: string): Recorded {
  const text = readFileSync(new URL(`../../fixtures/protocol/${name}.http`, import.meta.url), 'utf8');
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/);
  const [statusLine = '', ...lines] = head.split(/\r?\n/);
  const headers = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/, 2) as [string, string]));
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\n\n') };
}

const recordedJson = (name: string) => JSON.parse(recorded(name).body) as Record<string, unknown>;

const recordedEvents = (name: string) =>
  recorded(name)
    .body.trim()
    .split('\n')
    .map((line) => JSON.parse(line) as WatchEvent);

/** What no two clusters share: versions, users. */
function withoutNumbers(message: unknown): string {
  return String(message)
    .replace(/\b\d+\b/g, 'N')
    .replace(/User "[^"]*"/, 'User');
}

/** The names of an object's fields, at all depths that the API server itself writes. */
function shape(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}

let cluster: LocalCluster;

afterEach(() => cluster.close());

async function withPods(count: number, options: LocalClusterOptions = {}): Promise<LocalCluster> {
  cluster = await createLocalCluster(options);
  for (let number = 1; number <= count; number += 1) {
    const container = { name: 'app', image: 'busybox', command: ['sleep', '3600'] };
    cluster.applyManifest({ metadata: { name: `proto-${number}` }, spec: { containers: [container] } });
  }
  return cluster;
}

describe('answers compared with recorded ones', () => {
  it('lists the versions of the core API', async () => {
    await withPods(0);
    const { status, body } = await request(cluster.url, 'GET', '/api');
    expect(status).toBe(recorded('discovery-api').status);
    expect(shape(body)).toEqual(shape(recordedJson('discovery-api')));
    expect((body as { versions: string[] }).versions).toEqual(['v1']);
  });

  it('shows kube-system with the given UID', async () => {
    const { managedFields: _, ...metadata } = recordedJson('namespace-kube-system').metadata as Record<
      string,
      unknown
    >;
    await withPods(0, { clusterUid: String(metadata.uid) });
    const { body } = await request(cluster.url, 'GET', '/api/v1/namespaces/kube-system');
    const expected = { ...recordedJson('namespace-kube-system'), metadata };
    expect(shape(body)).toEqual(shape(expected));
    expect(body).toMatchObject({ metadata: { uid: metadata.uid }, status: { phase: 'Active' } });
  });

  it('refuses a request without the token', async () => {
    await withPods(0, { token: 'sesame' });
    const { status, contentType, body } = await request(cluster.url, 'GET', '/api/v1/pods');
    expect({ status, contentType }).toEqual({ status: 401, contentType: 'application/json' });
    expect(body).toEqual(recordedJson('unauthorized'));
    const headers = { authorization: 'Bearer sesame' };
    expect((await request(cluster.url, 'GET', '/api/v1/pods', { headers })).status).toBe(200);
  });

  it('forbids a verb on a resource', async () => {
    await withPods(0, { forbid: [{ verb: 'list', resource: 'secrets' }] });
    const { status, body } = await request(cluster.url, 'GET', '/api/v1/secrets');
    const { message, ...rest } = body as { message: string };
    const { message: expected, ...expectedRest } = recordedJson('forbidden');
    expect(status).toBe(403);
    expect(rest).toEqual(expectedRest);
    // The recorded message ends with the node authorizer's own remark.
    expect(withoutNumbers(expected)).toContain(withoutNumbers(message));
  });

  it('pages a list, all pages showing the same moment', async () => {
    await withPods(3);
    const first = await page('limit=1');
    const { continue: token, ...metadata } = first.metadata;
    expect(shape(first.metadata)).toEqual(shape(recordedJson('list-page-1').metadata));
    expect(first.items.map(({ metadata }) => metadata.name)).toEqual(['proto-1']);
    cluster.deletePod('default', 'proto-2');
    const second = await page(`limit=1&continue=${token}`);
    expect(second.metadata).toMatchObject({
      resourceVersion: metadata.resourceVersion,
      remainingItemCount: 1,
    });
    expect(second.items.map(({ metadata }) => metadata.name)).toEqual(['proto-2']);
    const third = await page(`limit=1&continue=${second.metadata.continue}`);
    expect(third.metadata).toEqual({ resourceVersion: metadata.resourceVersion });
    expect(third.items.map(({ metadata }) => metadata.name)).toEqual(['proto-3']);
  });

  it('answers 410 to a continue token beyond the history, with a token to go on', async () => {
    await withPods(3);
    const { metadata } = await page('limit=1');
    cluster.api.expireHistory();
    const expired = await request(cluster.url, 'GET', `/api/v1/pods?limit=1&continue=${metadata.continue}`);
    const { metadata: expiredMetadata, ...body } = expired.body as { metadata: { continue: string } };
    const { metadata: _, ...expected } = recordedJson('list-continue-expired');
    expect(expired.status).toBe(410);
    expect(body).toEqual(expected);
    const rest = await page(`continue=${expiredMetadata.continue}`);
    expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(['proto-2', 'proto-3']);
  });

  it('answers 504 to a list from the future', async () => {
    await withPods(0);
    const path = '/api/v1/pods?resourceVersion=99999999&resourceVersionMatch=NotOlderThan';
    const { status, headers, body } = await request(cluster.url, 'GET', path);
    const { message, ...rest } = body as { message: string };
    const { message: expected, ...expectedRest } = recordedJson('list-too-new');
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 504, retryAfter: '1' });
    expect(rest).toEqual(expectedRest);
    expect(withoutNumbers(message)).toBe(withoutNumbers(expected));
  });

  it('answers 500 to a watch from a malformed version', async () => {
    await withPods(0);
    const { status, body } = await request(cluster.url, 'GET', '/api/v1/pods?watch=1&resourceVersion=abc');
    expect({ status, body }).toEqual({ status: 500, body: recordedJson('watch-bad-rv') });
  });

  it('tells an expired version inside the stream and ends it', async () => {
    await withPods(1, { historyLimit: 1 });
    cluster.deletePod('default', 'proto-1');
    const seen = await readEvents(cluster.url, '/api/v1/pods?watch=1&resourceVersion=1');
    const [expected] = recordedEvents('watch-too-old');
    expect(seen).toHaveLength(1);
    expect(withoutNumbers(JSON.stringify(seen[0]))).toBe(withoutNumbers(JSON.stringify(expected)));
  });

  it('says nothing on a watch from the future until it times out', async () => {
    const clock = createFakeClock();
    await withPods(1, { clock });
    const path = '/api/v1/pods?watch=1&resourceVersion=99999999&timeoutSeconds=3';
    const seen = readEvents(cluster.url, path);
    await watching(1);
    await clock.advanceTo(4000);
    expect(await seen).toEqual([]);
    expect(recorded('watch-too-new')).toMatchObject({ status: 200, body: '' });
  });

  it('starts a watch-list with what exists and the bookmark that ends it', async () => {
    await withPods(3, { clock: createFakeClock() });
    const path =
      '/api/v1/pods?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const seen = await readEvents(cluster.url, path, ({ type }) => type === 'BOOKMARK');
    const expected = recordedEvents('watch-list');
    expect(seen.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
    expect(shape(seen.at(-1))).toEqual(shape(expected.at(-1)));
    expect(seen.at(-1)?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('sends bookmarks on a quiet watch, one before the end, and ends cleanly', async () => {
    const clock = createFakeClock();
    await withPods(0, { clock });
    const from = cluster.api.resourceVersion();
    const path = `/api/v1/pods?watch=1&allowWatchBookmarks=true&timeoutSeconds=75&resourceVersion=${from}`;
    const seen = readEvents(cluster.url, path);
    await watching(1);
    await clock.advanceTo(76_000);
    const expected = recordedEvents('watch-bookmarks').slice(-2);
    const bookmarks = await seen;
    expect(bookmarks.map(shape)).toEqual(expected.map(shape));
    expect(bookmarks[0]?.object).toMatchObject({
      spec: { containers: null },
      metadata: { resourceVersion: from },
    });
  });
});

type Page = {
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: { metadata: { name: string } }[];
};

async function page(query: string): Promise<Page> {
  const { status, body } = await request(cluster.url, 'GET', `/api/v1/pods?${query}`);
  expect(status).toBe(200);
  return body as Page;
}

async function watching(count: number): Promise<void> {
  while (cluster.api.openWatches() < count) await new Promise(setImmediate);
}
