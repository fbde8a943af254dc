import { buildConnector, type Dispatcher, Pool } from 'undici';
import { boundAnswers } from './bounded-answer.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import type { HttpProxy } from './http-proxy.ts';
import { notReached, refusedBy } from './proxy-error.ts';

/** How many tunnels a proxy was asked for without an answer yet, and how many are open. */
export type Tunnels = { asked: number; open: number };

/** A proxy's answer to CONNECT is a few headers. */
const CONNECT_ANSWER_BYTES = 65_536;

/**
 * The connections to the proxy itself, for undici's `ProxyAgent`: each CONNECT has a deadline, which undici does not set,
 * and what fails is a {@link ProxyError}.
 *
 * @param tunnels is kept up to date.
 */
export function createProxyClient(
  proxy: HttpProxy,
  { connectTimeoutMs: timeout, tls }: Pick<ConnectionSettings, 'connectTimeoutMs' | 'tls'>,
  tunnels: Tunnels = { asked: 0, open: 0 },
): Dispatcher {
  const connect = boundAnswers(buildConnector({ timeout, allowH2: false, ...tls }), CONNECT_ANSWER_BYTES);
  const pool = new Pool(proxy.origin, { headersTimeout: timeout, allowH2: false, connect });
  const ask: (options: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData> =
    pool.connect.bind(pool);
  return Object.assign(pool, {
    async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
      tunnels.asked += 1;
      const answer = await ask(options)
        .catch((error: unknown) => {
          throw notReached(proxy.origin, error);
        })
        .finally(() => {
          tunnels.asked -= 1;
        });
      if (answer.statusCode !== 200) {
        answer.socket.on('error', () => {}).destroy();
        throw refusedBy(proxy.origin, answer.statusCode);
      }
      tunnels.open += 1;
      answer.socket.once('close', () => {
        tunnels.open -= 1;
      });
      return answer;
    },
  });
}
