import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { discoveryDocument } from './discovery.ts';
import { type AccessRules, authenticate, authorize } from './http/access.ts';
import { type Answer, json, send, sendFailure } from './http/answer.ts';
import { requireLocalRequest } from './http/local-request.ts';
import { type ApiRequest, parseTarget, readRequest, type Target } from './http/request.ts';
import { methodNotAllowed, noSuchPath } from './http/status-error.ts';
import { type HandlerDeps, readObjects, writeObject } from './object-handler.ts';
import { type PodHandlerDeps, readLog, writePod } from './pod-handler.ts';
import type { Resource } from './resource.ts';
import { resources } from './resources.ts';

/** Connections at once: far more than any test or laptop needs, and still a bound. */
const MAX_CONNECTIONS = 1000;

export type ApiServerDeps = HandlerDeps &
  PodHandlerDeps & { access: AccessRules; host: string; port: number };

const verbOfMethod: Record<string, string> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/**
 * Serves the model over plain HTTP/1.1, to requests that were meant for this machine.
 *
 * @throws the listen error (EADDRINUSE, EACCES) when the address cannot be had.
 */
export async function startApiServer(deps: ApiServerDeps): Promise<{ url: string; close(): Promise<void> }> {
  const { host, port, watches } = deps;
  let address = '';
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (message, response) => {
    admit(message, host)
      .then((request) => send(response, answer(deps, request, address)))
      .catch((error: unknown) => sendFailure(response, error));
    response.on('error', () => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound ? bound.port : port;
  address = `${host.includes(':') ? `[${host}]` : host}:${boundPort}`;
  return {
    url: `http://${address}`,
    async close() {
      if (!server.listening) return;
      watches.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function admit(message: IncomingMessage, host: string): Promise<ApiRequest> {
  requireLocalRequest(message.headers, host);
  return await readRequest(message);
}

function answer(deps: ApiServerDeps, request: ApiRequest, address: string): Answer {
  authenticate(deps.access, request.authorization);
  if (['/livez', '/readyz', '/healthz'].includes(request.path)) return { kind: 'text', body: 'ok' };
  const document = request.method === 'GET' ? discoveryDocument(request.path, address) : undefined;
  if (document !== undefined) return json(document);
  const target = parseTarget(request.path);
  if (!target) throw noSuchPath();
  // Permission comes before existence, as in the real server: a forbidden kind answers 403 even if it is not served.
  const verb = requestVerb(target, request);
  authorize(deps.access, { ...target, verb });
  const resource = resources.find((one) => isNamedBy(one, target));
  if (!resource) throw noSuchPath();
  return route(deps, resource, target, request, verb);
}

function route(
  deps: ApiServerDeps,
  resource: Resource,
  target: Target,
  request: ApiRequest,
  verb: string,
): Answer {
  if (target.subresource === undefined && !resource.verbs.includes(verb)) throw methodNotAllowed();
  if (request.method !== 'GET') {
    return resource.plural === 'pods'
      ? writePod(deps, target, request)
      : writeObject(deps, resource, target, request);
  }
  if (target.subresource === 'log' && resource.plural === 'pods') return readLog(deps, target, request);
  if (target.subresource !== undefined && target.subresource !== 'status') throw noSuchPath();
  return readObjects(deps, resource, target, request);
}

function isNamedBy({ group, version, plural, namespaced }: Resource, target: Target): boolean {
  const scoped = namespaced || target.namespace === undefined;
  return scoped && plural === target.resource && group === target.group && version === target.version;
}

function requestVerb({ name }: Target, { method, query }: ApiRequest): string {
  if (method !== 'GET') return verbOfMethod[method] ?? method.toLowerCase();
  if (['true', '1'].includes(query.get('watch') ?? '')) return 'watch';
  return name === undefined ? 'list' : 'get';
}
