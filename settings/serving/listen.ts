import { once } from 'node:events';
import type { Server } from 'node:http';
import { errorCodeOf } from '../ambient/describe-error.ts';

/** A server cannot listen where it should; the message says where, why, and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Has a server listen on TCP.
 *
 * @param where `port` 0 takes a free one; `purpose` is told when it fails: `for health checks`.
 * @returns where it listens, without a scheme: `127.0.0.1:8787`, `[::1]:8787`.
 * @throws ListenError when it cannot.
 */
export async function listen(
  server: Server,
  where: { readonly host: string; readonly port: number; readonly purpose?: string },
): Promise<string> {
  const { host, port, purpose } = where;
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const code = errorCodeOf(error) ?? String(error);
    const place = `${host}, port ${port}${purpose === undefined ? '' : `, ${purpose}`}`;
    throw new ListenError(`cannot listen on ${place}: ${whyNot(code)} (${code})`, { cause: error });
  }
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `${host.includes(':') ? `[${host}]` : host}:${bound}`;
}

function whyNot(code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another process uses it; stop that one or take another port';
    case 'EACCES':
      return 'this user may not; ports below 1024 need CAP_NET_BIND_SERVICE';
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'there is no such host name';
    default:
      return 'the system refused';
  }
}
