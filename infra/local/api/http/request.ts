import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { ApiStatusError, badRequest } from './status-error.ts';

/** The longest body read, in bytes: the API server's own limit for resource requests. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** What a URL path names. `group` is '' for the core group. */
export type RequestTarget = {
  group: string;
  version: string;
  namespace: string | undefined;
  resource: string;
  name: string | undefined;
  subresource: string | undefined;
};

/** Whether a GET asks to be told of changes instead. */
export function isWatch(query: URLSearchParams): boolean {
  return ['true', '1'].includes(query.get('watch') ?? '');
}

/** The key under which the store holds what a target names. */
export function targetKey({ namespace, name = '' }: RequestTarget): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** One request, read completely. */
export type ApiRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  accept: string;
  contentType: string;
  authorization: string;
  userAgent: string;
  body: string;
};

/**
 * Splits `/api/v1/…` or `/apis/GROUP/VERSION/…` into what it names; undefined for any other path.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
 */
export function parseTarget(path: string): RequestTarget | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const core = segments[0] === 'api';
  if (!core && segments[0] !== 'apis') return undefined;
  const [group, version, rest] = core
    ? ['', segments[1], segments.slice(2)]
    : [segments[1], segments[2], segments.slice(3)];
  if (group === undefined || version === undefined || rest.length === 0) return undefined;
  const namespace = rest[0] === 'namespaces' && rest.length > 2 ? rest[1] : undefined;
  const [resource, name, subresource, ...more] = namespace === undefined ? rest : rest.slice(2);
  if (resource === undefined || more.length > 0) return undefined;
  return { group, version, namespace, resource, name, subresource };
}

/**
 * Reads a request to its end.
 *
 * @throws ApiStatusError 413 for a body beyond MAX_BODY_BYTES, 400 for a malformed URL.
 */
export async function readRequest(message: IncomingMessage): Promise<ApiRequest> {
  const url = requestUrl(message.url ?? '/');
  return {
    method: message.method ?? 'GET',
    path: url.path,
    query: url.query,
    accept: message.headers.accept ?? '',
    contentType: mediaType(message.headers['content-type']),
    authorization: message.headers.authorization ?? '',
    userAgent: message.headers['user-agent'] ?? '',
    body: await readBody(message),
  };
}

function requestUrl(raw: string): { path: string; query: URLSearchParams } {
  const url = URL.parse(raw, 'http://localhost');
  if (!url) throw badRequest('the request URL cannot be parsed');
  try {
    return { path: decodeURIComponent(url.pathname), query: url.searchParams };
  } catch {
    throw badRequest('the request path is not valid percent encoding');
  }
}

async function readBody(message: IncomingMessage): Promise<string> {
  const tooLarge = () =>
    new ApiStatusError({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: `Request entity too large: limit is ${MAX_BODY_BYTES}`,
    });
  if (Number(message.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  let bytes = 0;
  async function* limited() {
    for await (const chunk of message) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) throw tooLarge();
      yield chunk;
    }
  }
  return text(limited());
}

/**
 * The request's body as an object: JSON, or YAML where the content type says so.
 *
 * @throws ApiStatusError 400 when it is neither, 415 for protobuf and others.
 */
export function bodyObject({
  body,
  contentType,
}: Pick<ApiRequest, 'body' | 'contentType'>): Record<string, unknown> {
  if (!['', 'application/json', 'application/yaml'].includes(contentType)) {
    throw new ApiStatusError({
      code: 415,
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    });
  }
  let value: unknown;
  try {
    value = contentType === 'application/yaml' ? parse(body, { maxAliasCount: 50 }) : JSON.parse(body);
  } catch {
    throw badRequest(
      'the object provided is unrecognized (must be of type Object): the body cannot be parsed',
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('the object provided is unrecognized (must be of type Object)');
  }
  return { ...value };
}

function mediaType(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
