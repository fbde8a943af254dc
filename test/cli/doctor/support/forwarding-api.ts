import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What becomes of one request: nothing said, or headers laid over the answer. */
export type Forwarding = 'hang' | { readonly headers: Readonly<Record<string, string>> };

/** Stands before an API server and meddles. Closed after the test. */
export async function startForwardingApi(
  target: string,
  decide: (path: string) => Forwarding,
): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    const path = incoming.url ?? '/';
    asked.push(`${incoming.method} ${path}`);
    const how = decide(path);
    if (how === 'hang') return;
    const { method, headers } = incoming;
    const { host: _, ...others } = headers;
    const onward = request(`${target}${path}`, { method, headers: others }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...how.headers });
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
