import { connect } from 'node:net';

/** `cut`: the server closed the connection without an answer. */
export type RawAnswer = { readonly status: number | 'cut'; readonly text: string };

/**
 * Writes bytes to a server as they are, and gives the first answer. `fetch` would correct or refuse what is wrong with
 * them.
 *
 * @param end says to the server that nothing follows; some then answer nothing.
 */
export function sendRaw(
  url: string,
  parts: readonly (string | Uint8Array)[],
  { end: endIt = false } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const end = () => {
      const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
      resolve({ status: status === undefined ? 'cut' : Number(status), text });
      socket.destroy();
    };
    // Not every server closes the connection of a sender whose body it has not read.
    socket.on('data', (chunk) => {
      text += chunk;
      if (isWhole(text)) end();
    });
    // The rest of a body that is too large may meet a closed connection; the answer came before that.
    socket.on('error', end).on('end', end);
    for (const part of parts) socket.write(part);
    if (endIt) socket.end();
  });
}

function isWhole(answer: string): boolean {
  const [head = '', body] = answer.split('\r\n\r\n', 2);
  const [, length] = /^content-length: (\d+)$/im.exec(head) ?? [];
  return body !== undefined && length !== undefined && body.length >= Number(length);
}

/** A head that asks the server to close the connection afterwards. */
export function rawHead(target: string, headers: Readonly<Record<string, string>>): string {
  const all = { host: 'receiver', connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** A body in chunks of at most 16 KiB. */
export function chunked(body: Uint8Array): readonly (string | Uint8Array)[] {
  const parts: (string | Uint8Array)[] = [];
  for (let at = 0; at < body.length; at += 16_384) {
    const part = body.subarray(at, at + 16_384);
    parts.push(`${part.length.toString(16)}\r\n`, part, '\r\n');
  }
  return [...parts, '0\r\n\r\n'];
}
