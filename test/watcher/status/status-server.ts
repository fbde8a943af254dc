import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ClusterAccess, loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import type { ObjectStatus } from '../../../watcher/status/object-status.ts';

/** A write as it arrived. */
export type SeenWrite = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly name: string;
  readonly body: {
    readonly metadata: { readonly uid?: string; readonly name: string };
    readonly status: ObjectStatus;
    readonly [key: string]: unknown;
  };
};

export type WriteStep = (response: ServerResponse, write: SeenWrite) => void;

export interface StatusServer {
  readonly cluster: ClusterAccess;
  readonly writes: readonly SeenWrite[];
  /** Of the status, not of Events. */
  patches(): readonly SeenWrite[];
  events(): readonly SeenWrite[];
  /** Answers the next writes in turn; whatever comes after them is taken. */
  answer(...steps: WriteStep[]): void;
  /** Answers everything, until told otherwise. */
  always(step: WriteStep | null): void;
}

/** An API server that takes what is written, each write with a newer resourceVersion, unless told otherwise. */
export async function startStatusServer(
  onTaken: (write: SeenWrite, resourceVersion: string) => void = () => {},
) {
  const writes: SeenWrite[] = [];
  const steps: WriteStep[] = [];
  let always: WriteStep | null = null;
  let version = 1_000;
  const take: WriteStep = (response, write) => {
    version += 1;
    const metadata = { ...write.body.metadata, resourceVersion: String(version) };
    onTaken(write, String(version));
    response.writeHead(write.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...write.body, metadata }));
  };
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const write: SeenWrite = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      contentType: incoming.headers['content-type'] ?? '',
      name: body.metadata.name,
      body,
    };
    writes.push(write);
    (steps.shift() ?? always ?? take)(response, write);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cluster = await loadCluster({ server: `http://127.0.0.1:${port}` });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await cluster.close();
  });
  const told: StatusServer = {
    cluster,
    writes,
    patches: () => writes.filter(({ method }) => method === 'PATCH'),
    events: () => writes.filter(({ method }) => method === 'POST'),
    answer: (...more) => void steps.push(...more),
    always(step) {
      always = step;
    },
  };
  return told;
}

/** Answers as a real API server did: a recording of a request and its answer in test/fixtures/protocol. */
export function recordedWrite(name: string): WriteStep {
  const file = new URL(`../../fixtures/protocol/${name}.http`, import.meta.url);
  const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const answer = text.slice(text.indexOf('\nHTTP/1.1 ') + 1);
  const end = answer.indexOf('\n\n');
  const status = Number(answer.split(' ')[1]);
  const body = answer.slice(end + 2);
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

/** A refusal with a Status object. */
export function refuseWrite(code: number, headers: Record<string, string> = {}): WriteStep {
  const body = JSON.stringify({ kind: 'Status', status: 'Failure', code, message: 'scripted' });
  return (response) => response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(body);
}

/** Takes the request and never answers. */
export const neverAnswer: WriteStep = () => {};
