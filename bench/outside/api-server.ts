import { createServer, type ServerResponse } from 'node:http';
import { initialEventsEnd, line, podRenderer, stateOf } from '../pods/watch-bytes.ts';

/** Pods rendered in one go; between them the sockets get their turn. */
const RENDERED_AT_ONCE = 50;
const DEFAULT_LIMIT = 500;
/** Changes that a watch which begins again is told, at least. */
const MOST_KEPT = 500;
const KUBE_SYSTEM = '/api/v1/namespaces/kube-system';
const PODS = '/api/v1/pods';

export type ApiServer = {
  readonly url: string;
  /** Writes changes of Pods that are in no list: they have come and gone. @returns false when nobody is watching. */
  write(bytes: string, resourceVersion: number): boolean;
  /** A Pod is otherwise from now on, in lists too; false when nobody is watching. */
  modify(pod: number, changed: ChangedPod): boolean;
};

/** @property text JSON of the Pod, in which its resourceVersion stands. */
type ChangedPod = { readonly text: string; readonly resourceVersion: number };

/**
 * The part of the Kubernetes API that a watcher asks, for a cluster of `pods` running Pods that are rendered as they
 * are asked for.
 *
 * @param lists `pages`: refuses streaming lists, as servers without the feature do.
 */
export async function startApiServer(pods: number, lists: 'stream' | 'pages'): Promise<ApiServer> {
  const render = podRenderer();
  const changed = new Map<number, ChangedPod>();
  /** Of the newest change, or of the last Pod that was made. */
  let version = pods + 1;
  /** The newest, for a watch that begins again where another one ended. */
  let written: { readonly bytes: string; readonly resourceVersion: number }[] = [];
  const podText = (index: number) =>
    changed.get(index)?.text ?? render(stateOf('transitions', index, -1, index + 1));
  let watch: ServerResponse | null = null;

  async function stream(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (let at = 0; at < pods; at += RENDERED_AT_ONCE) {
      const lines = range(at, Math.min(pods, at + RENDERED_AT_ONCE)).map((index) =>
        line('ADDED', podText(index)),
      );
      if (!response.write(lines.join(''))) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.write(initialEventsEnd(version));
    watch = response;
  }

  async function page(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const start = Number(query.get('continue') ?? 0);
    const end = Math.min(pods, start + Number(query.get('limit') ?? DEFAULT_LIMIT));
    const next = end < pods ? { continue: String(end) } : {};
    const metadata = { resourceVersion: String(version), ...next, remainingItemCount: pods - end };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(`{"kind":"PodList","apiVersion":"v1","metadata":${JSON.stringify(metadata)},"items":[`);
    for (let at = start; at < end; at += RENDERED_AT_ONCE) {
      const items = range(at, Math.min(end, at + RENDERED_AT_ONCE)).map(podText);
      const text = (at === start ? '' : ',') + items.join(',');
      if (!response.write(text)) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end(']}');
  }

  function write(bytes: string, resourceVersion: number): boolean {
    version = resourceVersion;
    written.push({ bytes, resourceVersion });
    if (written.length >= 2 * MOST_KEPT) written = written.slice(-MOST_KEPT);
    watch?.write(bytes);
    return watch !== null;
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === KUBE_SYSTEM)
      return json(response, 200, { metadata: { uid: '5a6f9d2e-0c1b-4f3a-9e7d' } });
    // Its kinds of subscriptions are not installed.
    if (pathname !== PODS)
      return json(response, 404, { kind: 'Status', code: 404, reason: 'NotFound', message: 'not found' });
    if (searchParams.get('sendInitialEvents') === 'true') {
      if (lists === 'stream') return void stream(response);
      return json(response, 400, {
        kind: 'Status',
        code: 400,
        reason: 'BadRequest',
        message: 'sendInitialEvents',
      });
    }
    if (searchParams.has('watch')) {
      watch = response;
      response.writeHead(200).flushHeaders();
      const since = Number(searchParams.get('resourceVersion'));
      for (const { bytes, resourceVersion } of written) if (resourceVersion > since) response.write(bytes);
      return;
    }
    void page(searchParams, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    write,
    modify(pod, change) {
      changed.set(pod, change);
      return write(line('MODIFIED', change.text), change.resourceVersion);
    },
  };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, offset) => from + offset);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
