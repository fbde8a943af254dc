import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { onTestFinished } from 'vitest';

export type PutEntry = {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly EventBusName: string;
  /** Unix seconds, as the AWS JSON protocol writes times. */
  readonly Time: number;
};
/** One PutEvents call; `done` answers it, and is called at once unless the test holds calls back. */
export type PutCall = { readonly entries: readonly PutEntry[]; readonly done: () => void };
export type EntryResult =
  | { readonly EventId: string }
  | { readonly ErrorCode: string; readonly ErrorMessage: string };
/** What becomes of an entry, or an error for the whole call. */
export type PutScript = (
  entries: readonly PutEntry[],
) => readonly EntryResult[] | { readonly status: number; readonly type: string };

export const accepted = (): EntryResult => ({ EventId: crypto.randomUUID() });
export const failed = (ErrorCode: string): EntryResult => ({ ErrorCode, ErrorMessage: 'it failed' });

/**
 * The PutEvents action over HTTP, answering as AWS documents it: AWS JSON 1.1, `FailedEntryCount` and one result an
 * entry with status 200, or an exception by its `__type`.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export async function startEventBridge(tls?: { readonly key: string; readonly cert: string }) {
  const calls: PutCall[] = [];
  let script: PutScript = (entries) => entries.map(accepted);
  let holding = false;

  const listener: RequestListener = async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents') throw new Error('expected PutEvents');
    const entries: readonly PutEntry[] = JSON.parse(text).Entries;
    const result = script(entries);
    const done = () => reply(response, result);
    calls.push({ entries, done });
    if (!holding) done();
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake has no port');
  return {
    endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    calls,
    answer(next: PutScript) {
      script = next;
    },
    hold() {
      holding = true;
    },
  };
}

function reply(response: ServerResponse, result: ReturnType<PutScript>): void {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  if ('status' in result) {
    response.writeHead(result.status, headers).end(JSON.stringify({ __type: result.type, message: 'no' }));
    return;
  }
  const FailedEntryCount = result.filter((entry) => 'ErrorCode' in entry).length;
  response.writeHead(200, headers).end(JSON.stringify({ FailedEntryCount, Entries: result }));
}
