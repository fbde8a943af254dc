import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { recordedAnswer } from './recorded-answer.ts';

/** What a request asks for: a streaming list, a watch, a list, where things stand now (a list of one), or else. */
export type Ask = 'watchList' | 'watch' | 'list' | 'current' | 'other';

export type Exchange = { readonly request: SeenRequest; readonly response: ServerResponse };

/** How one request is answered. */
export type Step = (exchange: Exchange) => void;

/** Steps for each kind of request, used up in order; lists and watches run side by side. */
export type Script = Partial<Record<Ask, readonly Step[]>>;

export type SeenRequest = {
  readonly ask: Ask;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
};

/** A stream that a {@link stream} step left open. */
export type LiveStream = {
  readonly request: SeenRequest;
  send(...events: readonly object[]): void;
  raw(text: string | Uint8Array): void;
  end(): void;
  /** TCP RST. */
  reset(): void;
  /** The client has gone. */
  isCut(): boolean;
};

export interface ScriptedApi {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly SeenRequest[];
  readonly streams: readonly LiveStream[];
  /** Adds steps while the test is running. */
  script(ask: Ask, ...steps: readonly Step[]): void;
  asked(ask: Ask): readonly SeenRequest[];
  stream(index: number): LiveStream;
  close(): Promise<void>;
}

const JSON_HEADERS = { 'content-type': 'application/json' };

/** Answers at once. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Step {
  return ({ response }) =>
    response.writeHead(status, { ...JSON_HEADERS, ...headers }).end(JSON.stringify(body));
}

/** Answers as a real API server did. */
export function recorded(name: string): Step {
  const { status, headers, body } = recordedAnswer(name);
  const retryAfter = headers['retry-after'];
  return ({ response }) =>
    response
      .writeHead(status, { ...JSON_HEADERS, ...(retryAfter && { 'retry-after': retryAfter }) })
      .end(body);
}

/** A page of a list. */
export function page(resourceVersion: string, items: readonly object[], token?: string): Step {
  return json(200, {
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { resourceVersion, continue: token },
    items,
  });
}

/** Where the collection stands, as a list of one shows it. */
export function current(resourceVersion: string): Step {
  return page(resourceVersion, []);
}

/** A server that has gone on since: nothing that a test has seen is newer. */
const FAR_AHEAD = current('1000000000000');

/** A Status object, as API servers refuse. */
export function refuse(code: number, reason: string, headers: Record<string, string> = {}): Step {
  return json(
    code,
    { kind: 'Status', status: 'Failure', code, reason, message: `scripted ${reason}` },
    headers,
  );
}

/** Headers and events; the stream stays open, see {@link ScriptedApi.stream}. */
export function stream(...events: readonly object[]): Step {
  return ({ response }) => {
    response.writeHead(200, JSON_HEADERS).flushHeaders();
    for (const event of events) response.write(`${JSON.stringify(event)}\n`);
  };
}

/** Headers and events, then a clean end. */
export function streamAndEnd(...events: readonly object[]): Step {
  return (exchange) => {
    stream(...events)(exchange);
    exchange.response.end();
  };
}

/** Accepts the request and never answers. */
export const noAnswer: Step = () => {};

/** TCP RST instead of an answer. */
export const reset: Step = ({ response }) => response.socket?.resetAndDestroy();

/**
 * An API server that says exactly what the script says. Beyond it a watch stays open and quiet, and where things stand is
 * far ahead; any other request gets a 500 that says so.
 */
export async function startScriptedApi(script: Script = {}, tls?: ServerOptions): Promise<ScriptedApi> {
  const steps = new Map<Ask, Step[]>();
  for (const ask of ['watchList', 'watch', 'list', 'current', 'other'] as const)
    steps.set(ask, [...(script[ask] ?? [])]);
  const requests: SeenRequest[] = [];
  const streams: LiveStream[] = [];

  const answer = (incoming: IncomingMessage, response: ServerResponse) => {
    const request = seen(incoming);
    // No script is about subscriptions as objects: their kinds are not installed.
    if (request.path.startsWith('/apis/offhook.dev/')) {
      refuse(404, 'NotFound')({ request, response });
      return;
    }
    requests.push(request);
    const isStream = request.ask === 'watch' || request.ask === 'watchList';
    const step = steps.get(request.ask)?.shift() ?? beyondScript(request);
    if (isStream) streams.push(liveStream(request, response));
    step({ request, response });
  };
  const server = tls ? createTlsServer(tls, answer) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    streams,
    script: (ask, ...more) => steps.get(ask)?.push(...more),
    asked: (ask) => requests.filter((request) => request.ask === ask),
    stream(index) {
      const found = streams[index];
      if (found === undefined) throw new Error(`there is no stream ${index} yet`);
      return found;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function beyondScript({ ask }: SeenRequest): Step {
  if (ask === 'watch' || ask === 'watchList') return stream();
  return ask === 'current' ? FAR_AHEAD : refuse(500, `NotScripted: ${ask}`);
}

function seen(incoming: IncomingMessage): SeenRequest {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const query = Object.fromEntries(url.searchParams);
  return { ask: askOf(url.pathname, query), path: url.pathname, query, headers: incoming.headers };
}

function askOf(path: string, query: Record<string, string>): Ask {
  if (!/\/(pods|events)$/.test(path)) return 'other';
  if (query.limit === '1' && query.resourceVersion === undefined) return 'current';
  if (query.sendInitialEvents === 'true') return 'watchList';
  return query.watch === undefined ? 'list' : 'watch';
}

function liveStream(request: SeenRequest, response: ServerResponse): LiveStream {
  return {
    request,
    send(...events) {
      response.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    },
    raw: (text) => void response.write(text),
    end: () => void response.end(),
    reset: () => void response.socket?.resetAndDestroy(),
    isCut: () => response.destroyed || response.socket === null || response.socket.destroyed,
  };
}
