import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/** What somebody did to the API, in the words of RBAC. */
export type ApiAct = {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Empty: the whole cluster, or a resource that is in no namespace. */
  readonly namespace: string;
  /** Empty: the collection. */
  readonly name: string;
};

export interface RecordingApi {
  readonly url: string;
  /** Each act once, in the order of their first times; discovery and health, which everybody may ask, are left out. */
  acts(): readonly ApiAct[];
  /** How often a kind of act was asked for, such as `list pods`. */
  times(act: string): number;
}

const PATH = /^\/(?:api|apis\/([^/]+))\/v\w+\/(?:namespaces\/([^/]+)\/)?([a-z]+)(?:\/([^/]+))?$/;
const WRITES: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Stands before an API server and notes what it is asked. Closed after the test. */
export async function startRecordingApi(target: string): Promise<RecordingApi> {
  const seen = new Map<string, ApiAct>();
  const counts = new Map<string, number>();
  const server = createServer((incoming, response) => {
    const act = actOf(incoming.method ?? 'GET', new URL(incoming.url ?? '/', target));
    if (act !== null) {
      const kind = `${act.verb} ${act.resource}`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      seen.set(JSON.stringify(act), act);
    }
    forward(target, incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    acts: () => [...seen.values()],
    times: (act) => counts.get(act) ?? 0,
  };
}

function actOf(method: string, { pathname, searchParams }: URL): ApiAct | null {
  // A namespace itself is named by the path of a namespaced resource without that resource.
  const [, own] = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(pathname) ?? [];
  if (own !== undefined) return { verb: 'get', group: '', resource: 'namespaces', namespace: '', name: own };
  const [, group = '', namespace = '', resource, name = ''] = PATH.exec(pathname) ?? [];
  if (resource === undefined) return null;
  const watches = searchParams.get('watch') === 'true' || searchParams.get('watch') === '1';
  const reads = watches ? 'watch' : name === '' ? 'list' : 'get';
  return { verb: WRITES[method] ?? reads, group, resource, namespace, name };
}

function forward(target: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url } = incoming;
  const outgoing = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => response.destroy()).pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}
