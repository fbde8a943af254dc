import { createServer, type IncomingMessage } from 'node:http';
import type { LambdaReceiver } from '../../../../../functions/platforms/aws/receive.ts';
import { functionUrlEvent, type PlainRequest } from './function-url-event.ts';

/** What a Function URL accepts. */
const MAX_BYTES = 6 * 1_048_576;

/** An HTTP server that invokes the function for every request, as a Function URL does. */
export async function serveFunctionUrl(invoke: LambdaReceiver) {
  const server = createServer(async (incoming, response) => {
    const request = await read(incoming);
    // The connection is left as it is: the sender sees the answer while it is still sending.
    if (request === null) return void response.writeHead(413).end();
    const {
      statusCode = 200,
      headers = {},
      cookies = [],
      body = '',
      isBase64Encoded,
    } = await invoke(functionUrlEvent(request));
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
    if (cookies.length > 0) response.setHeader('set-cookie', cookies);
    response.writeHead(statusCode).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the Function URL has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<PlainRequest | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return null;
    chunks.push(chunk);
  }
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(',')]),
  );
  return { method: incoming.method ?? '', target: incoming.url ?? '/', headers, body: Buffer.concat(chunks) };
}
