import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What becomes of one request: nothing said, or headers laid over the answer. */
export type Forwarding = 'hang' | { readonly headers: Readonly<Record<string, string>> };

/**
 * Stands before an API server and meddles. Closed after the test.
 *
 * @property mostHanging how many requests were left hanging at the same time.
 */
export async function startForwardingApi(
  target: string,
  decide: (path: string) => Forwarding,
): Promise<{ readonly url: string; readonly asked: readonly string[]; mostHanging(): number }> {
  const asked: string[] = [];
  let hanging = 0;
  let mostHanging = 0;
  const server = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    const path = incoming.url ?? '/';
    asked.push(`${incoming.method} ${path}`);
    const how = decide(path);
    if (how === 'hang') {
      hanging += 1;
      mostHanging = Math.max(mostHanging, hanging);
      response.on('close', () => {
        hanging -= 1;
      });
      return;
    }
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
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, mostHanging: () => mostHanging };
}
