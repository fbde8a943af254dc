import { type AccessRules, authenticate, authorize } from './http/access-rules.ts';
import { type ApiAnswer, json } from './http/api-answer.ts';
import { type ApiRequest, isWatch, parseTarget, type RequestTarget } from './http/request.ts';
import type { RequestFaults } from './http/request-faults.ts';
import { methodNotAllowed, noSuchPath } from './http/status-error.ts';
import { type ReadDeps, readObjects } from './read/read-objects.ts';
import { discoveryDocument } from './resource/discovery.ts';
import { openapiDocument } from './resource/openapi-document.ts';
import type { Resource } from './resource/resource.ts';
import { type WriteDeps, writeObject } from './write/write-object.ts';

/** @property resources everything that is served now. */
export type RouteDeps = ReadDeps &
  WriteDeps & { access: AccessRules; faults: RequestFaults; resources: () => readonly Resource[] };

const HEALTH = ['/livez', '/readyz', '/healthz'];

const VERB_OF_METHOD: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * What a request is answered with: who may ask, what the path names, and who knows about it.
 *
 * @param address `HOST:PORT` at which the server is reached.
 * @throws ApiStatusError for a request that is refused.
 */
export function answerRequest(
  deps: RouteDeps,
  request: ApiRequest,
  address: string,
): ApiAnswer | Promise<ApiAnswer> {
  const { access } = deps;
  const resources = deps.resources();
  authenticate(access, request.authorization);
  if (HEALTH.includes(request.path)) return { kind: 'text', body: 'ok' };
  const document = request.method === 'GET' ? documentAt(request.path, resources, address) : undefined;
  if (document !== undefined) return json(document);
  const target = parseTarget(request.path);
  if (!target) throw noSuchPath();
  // Permission comes before existence, as in the real server: a forbidden kind answers 403 even if it is not served.
  const verb = requestVerb(target, request);
  const act = { ...target, verb, resource: partName(target) };
  authorize(access, act);
  const met = deps.faults.meet(act);
  if (met !== undefined) return met;
  const resource = resources.find((one) => isNamedBy(one, target));
  if (!resource) throw noSuchPath();
  if (target.subresource === undefined && !resource.verbs.includes(verb)) throw methodNotAllowed();
  return request.method === 'GET'
    ? read(deps, resource, { target, request })
    : write(deps, resource, { target, request });
}

function documentAt(path: string, resources: readonly Resource[], address: string): unknown {
  return openapiDocument(path, resources) ?? discoveryDocument(path, { resources, address });
}

/** As rules name it: `pods`, or `pods/status`. */
function partName({ resource, subresource }: RequestTarget): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

type Asked = { readonly target: RequestTarget; readonly request: ApiRequest };

function read(deps: RouteDeps, resource: Resource, asked: Asked): ApiAnswer {
  const { subresource } = asked.target;
  const part = resource.subresources.find(({ name }) => name === subresource);
  if (part?.read !== undefined) return part.read(asked.target, asked.request);
  if (subresource !== undefined && part?.verbs.includes('get') !== true) throw noSuchPath();
  return readObjects(deps, resource, asked);
}

function write(deps: RouteDeps, resource: Resource, asked: Asked): ApiAnswer | Promise<ApiAnswer> {
  return resource.write?.(asked.target, asked.request) ?? writeObject(deps, resource, asked);
}

function isNamedBy({ group, version, plural, namespaced }: Resource, target: RequestTarget): boolean {
  const scoped = namespaced || target.namespace === undefined;
  return scoped && plural === target.resource && group === target.group && version === target.version;
}

function requestVerb({ name }: RequestTarget, { method, query }: ApiRequest): string {
  if (method === 'DELETE' && name === undefined) return 'deletecollection';
  if (method !== 'GET') return VERB_OF_METHOD[method] ?? method.toLowerCase();
  if (isWatch(query)) return 'watch';
  return name === undefined ? 'list' : 'get';
}
