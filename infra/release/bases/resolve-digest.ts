import { createHash } from 'node:crypto';
import { type ImageReference, parseImageReference } from './image-reference.ts';

/** As much of `fetch` as is used. */
export type Fetch = (
  url: URL,
  init: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<Response>;

const DEADLINE_MS = 30_000;
const MOST_BYTES = 4 * 1024 * 1024;
/** An index first: a release is built for several architectures from one digest. */
const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/**
 * The digest of the image of several architectures that a tag means now, as `sha256:…`. It is computed from what the
 * registry sends, not believed.
 *
 * @throws Error when the registry does not tell it to somebody without an account, or sends another thing.
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
export async function resolveDigest(image: string, fetch: Fetch): Promise<string> {
  const reference = parseImageReference(image);
  const { host, repository, tag } = reference;
  const url = new URL(`https://${host}/v2/${repository}/manifests/${tag}`);
  const first = await ask(url, {}, fetch);
  const response =
    first.status === 401
      ? await ask(url, { authorization: `Bearer ${await anonymousToken(first, reference, fetch)}` }, fetch)
      : first;
  if (response.status !== 200) throw new Error(`${image}: ${host} answers ${response.status}`);
  const body = await bounded(response, image);
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const named = response.headers.get('docker-content-digest') ?? digest;
  if (named !== digest) throw new Error(`${image}: ${host} names ${named}, what it sends is ${digest}`);
  if (!Array.isArray(JSON.parse(body.toString('utf8')).manifests)) {
    throw new Error(`${image} is for one architecture only`);
  }
  return digest;
}

function ask(url: URL, headers: Record<string, string>, fetch: Fetch): Promise<Response> {
  return fetch(url, { headers: { accept: ACCEPT, ...headers }, signal: AbortSignal.timeout(DEADLINE_MS) });
}

/** What a registry gives to everybody. @see https://distribution.github.io/distribution/spec/auth/token/ */
async function anonymousToken(
  refused: Response,
  { host, repository }: ImageReference,
  fetch: Fetch,
): Promise<string> {
  const challenge = refused.headers.get('www-authenticate') ?? '';
  const parameters = new Map(
    [...challenge.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const realm = parameters.get('realm');
  if (!/^bearer /i.test(challenge) || !realm?.startsWith('https://')) {
    throw new Error(`${host} wants a login`);
  }
  const url = new URL(realm);
  const service = parameters.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull`);
  const response = await ask(url, {}, fetch);
  if (response.status !== 200) throw new Error(`${url.host} answers ${response.status} instead of a token`);
  const { token, access_token: accessToken } = JSON.parse(
    (await bounded(response, url.host)).toString('utf8'),
  );
  return String(token ?? accessToken);
}

async function bounded(response: Response, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`${what}: the answer has more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
