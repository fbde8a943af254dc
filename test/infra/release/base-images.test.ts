import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fixedBaseImages } from '../../../infra/release/bases/base-images.ts';
import { parseImageReference } from '../../../infra/release/bases/image-reference.ts';
import { type Fetch, resolveDigest } from '../../../infra/release/bases/resolve-digest.ts';
import { ROOT } from './support/checkout.ts';

const INDEX = JSON.stringify({ schemaVersion: 2, manifests: [{ platform: { architecture: 'arm64' } }] });
const DIGEST = `sha256:${createHash('sha256').update(INDEX).digest('hex')}`;
const CHALLENGE = 'Bearer realm="https://auth.example/token",service="registry.example"';

describe('the digest of a tag', () => {
  it('is that of what the registry sends, to who has the token that it gives to everybody', async () => {
    const registry = await startRegistry();
    expect(await resolveDigest('node:24-slim', registry.fetch)).toBe(DIGEST);
    expect(registry.requests).toEqual([
      'registry-1.docker.io /v2/library/node/manifests/24-slim',
      'auth.example /token?service=registry.example&scope=repository%3Alibrary%2Fnode%3Apull',
      'registry-1.docker.io /v2/library/node/manifests/24-slim with Bearer anonymous',
    ]);
  });

  it('needs no token where the registry wants none', async () => {
    const registry = await startRegistry({ open: true });
    expect(await resolveDigest('gcr.io/distroless/nodejs24:nonroot', registry.fetch)).toBe(DIGEST);
    expect(registry.requests).toEqual(['gcr.io /v2/distroless/nodejs24/manifests/nonroot']);
  });

  it.each([
    [
      'another digest than its header says',
      { digest: `sha256:${'0'.repeat(64)}` },
      /registry\.example names sha256:0+, what it sends is/,
    ],
    [
      'an image of one architecture',
      { body: '{"schemaVersion":2,"layers":[]}' },
      /is for one architecture only/,
    ],
    ['no such tag', { status: 404 }, /registry\.example answers 404/],
    ['a login', { challenge: 'Basic realm="x"' }, /registry\.example wants a login/],
    [
      'a token from an address without TLS',
      { challenge: 'Bearer realm="http://auth.example/token"' },
      /wants a login/,
    ],
    ['an answer without an end', { body: ' '.repeat(5_000_000) }, /more than 4194304 bytes/],
  ])('is refused for %s', async (_what, answers, message) => {
    const registry = await startRegistry(answers);
    await expect(resolveDigest('registry.example/offhook/base:1', registry.fetch)).rejects.toThrow(message);
  });
});

it.each([
  ['node:24', 'registry-1.docker.io', 'library/node', '24'],
  ['docker.io/library/node:24', 'registry-1.docker.io', 'library/node', '24'],
  ['someone/base:1.0', 'registry-1.docker.io', 'someone/base', '1.0'],
  ['gcr.io/distroless/nodejs24-debian13:nonroot', 'gcr.io', 'distroless/nodejs24-debian13', 'nonroot'],
  ['localhost:5000/a/b:c', 'localhost:5000', 'a/b', 'c'],
])('%s is asked of its registry', (text, host, repository, tag) => {
  expect(parseImageReference(text)).toEqual({ host, repository, tag });
});

it.each(['node', 'localhost:5000/node', 'Node:24', 'node:24@sha256:00', ''])(
  '"%s" has no tag to fix',
  (text) => {
    expect(() => parseImageReference(text)).toThrow(`"${text}" is no image with a tag`);
  },
);

describe('the bases of the Dockerfile', () => {
  it('become options of npm run image; one that has a digest keeps it', async () => {
    const { fetch } = await startRegistry();
    const root = withDockerfile(`ARG BUILD_IMAGE=node:24\nARG RUNTIME_IMAGE=gcr.io/base:1@${DIGEST}\n`);
    expect(await fixedBaseImages(root, fetch)).toEqual([
      ...['--build-image', `node:24@${DIGEST}`, '--runtime-image', `gcr.io/base:1@${DIGEST}`],
    ]);
  });

  it('are missed where the Dockerfile does not name them', async () => {
    const { fetch } = await startRegistry();
    await expect(fixedBaseImages(withDockerfile('ARG BUILD_IMAGE=node:24\n'), fetch)).rejects.toThrow(
      'infra/image/Dockerfile has no line "ARG RUNTIME_IMAGE=…"',
    );
  });

  it.skipIf(!existsSync(join(ROOT, 'infra/image/Dockerfile')))('are named by ours', async () => {
    const { fetch } = await startRegistry();
    const options = await fixedBaseImages(ROOT, fetch);
    expect(
      options.filter((_, index) => index % 2 === 1).map((image) => image.endsWith(`@${DIGEST}`)),
    ).toEqual([true, true]);
  });
});

type Answers = {
  readonly open?: boolean;
  readonly status?: number;
  readonly body?: string;
  readonly digest?: string;
  readonly challenge?: string;
};

/** A registry and its token server behind every host. */
async function startRegistry(answers: Answers = {}) {
  const { open = false, status = 200, body = INDEX, challenge = CHALLENGE } = answers;
  const digest = answers.digest ?? `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const requests: string[] = [];
  const listener: RequestListener = (request, response) => {
    const { authorization, 'x-host': host } = request.headers;
    requests.push(`${host} ${request.url}${authorization === undefined ? '' : ` with ${authorization}`}`);
    if (request.url?.startsWith('/token')) response.end('{"token":"anonymous"}');
    else if (!open && authorization === undefined)
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    else response.writeHead(status, { 'docker-content-digest': digest }).end(body);
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const toServer: Fetch = (url, init) =>
    fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, {
      ...init,
      headers: { ...init.headers, 'x-host': url.host },
    });
  return { requests, fetch: toServer };
}

function withDockerfile(text: string): string {
  const root = mkdtempSync(join(tmpdir(), 'offhook-bases-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'infra/image'), { recursive: true });
  writeFileSync(join(root, 'infra/image/Dockerfile'), text);
  return root;
}
