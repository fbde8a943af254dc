import { isIP, connect as openSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as openTls } from 'node:tls';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { withDeadline } from '../../../settings/ambient/deadline.ts';
import { createProxyClient } from '../../../settings/outbound/proxy-client.ts';
import { CONNECT_DIRECTLY } from '../../../settings/outbound/proxy-rules.ts';
import type { WebhookTarget } from '../../../watcher/delivery/subscription-target.ts';

/** What a receiver shows of itself. The texts are its own: they are cut short, and can be anything. */
export type ShownCertificate = {
  /** Whom it is for, the first few. */
  readonly names: readonly string[];
  readonly issuer: string;
  /** Wall time. */
  readonly fromMs: number;
  readonly untilMs: number;
};

const MOST_NAMES = 3;
const LONGEST_NAME = 100;
const HTTPS_PORT = 443;

/**
 * Looks at the certificate that the receiver of an https URL shows, whether anybody would trust it or not: nothing is
 * sent, and the connection is cut. By the subscription's proxy, as its events go.
 *
 * @returns null where it cannot be had within the time.
 */
export async function lookAtCertificate(
  target: Pick<WebhookTarget, 'url' | 'proxyFor' | 'timeoutMs'>,
  limits: { readonly clock: Clock; readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<ShownCertificate | null> {
  const { clock, deadlineMs, signal } = limits;
  const ms = Math.min(deadlineMs, target.timeoutMs);
  try {
    return await withDeadline(clock, { ms, overdue: () => new Error('overdue'), signal }, (within) =>
      look(target, ms, within),
    );
  } catch {
    // Why there is no way is told by the attempt that goes the same way.
    return null;
  }
}

async function look(
  { url, proxyFor = CONNECT_DIRECTLY }: Pick<WebhookTarget, 'url' | 'proxyFor'>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ShownCertificate | null> {
  const { hostname, port, host } = new URL(url);
  const to = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || HTTPS_PORT) };
  const proxy = proxyFor(new URL(url));
  if (proxy === null) return shownOn(openSocket(to), to.host, signal);
  const client = createProxyClient(proxy, { connectTimeoutMs: timeoutMs });
  try {
    const authorization = proxy.authorization?.reveal();
    const headers = { host, ...(authorization && { 'proxy-authorization': authorization }) };
    const tunnel = { origin: proxy.origin, path: `${hostname}:${to.port}`, headers, signal };
    const { socket } = await client.connect(tunnel);
    return await shownOn(socket, to.host, signal);
  } finally {
    await client.destroy();
  }
}

function shownOn(socket: Duplex, host: string, signal: AbortSignal): Promise<ShownCertificate | null> {
  const { promise, resolve, reject } = Promise.withResolvers<ShownCertificate | null>();
  // Nothing is trusted here: nothing is sent, either.
  const tls = openTls({ socket, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) });
  const give = () => reject(signal.reason);
  signal.addEventListener('abort', give, { once: true });
  for (const each of [socket, tls]) each.on('error', reject);
  tls.once('secureConnect', () => {
    const certificate = tls.getPeerX509Certificate();
    if (certificate === undefined) return resolve(null);
    const { subjectAltName = '', subject, issuer, validFrom, validTo } = certificate;
    resolve({
      names: namesOf(subjectAltName, subject),
      issuer: commonName(issuer),
      fromMs: Date.parse(validFrom),
      untilMs: Date.parse(validTo),
    });
  });
  return promise.finally(() => {
    signal.removeEventListener('abort', give);
    tls.destroy();
    socket.destroy();
  });
}

function namesOf(alternatives: string, subject: string): readonly string[] {
  const names = alternatives.split(', ').flatMap((each) => /^(?:DNS|IP Address):(.+)$/.exec(each)?.[1] ?? []);
  return (names.length > 0 ? names : [commonName(subject)])
    .slice(0, MOST_NAMES)
    .map((name) => name.slice(0, LONGEST_NAME));
}

function commonName(distinguished: string): string {
  return (/^CN=(.+)$/m.exec(distinguished)?.[1] ?? distinguished.replaceAll('\n', ', ')).slice(
    0,
    LONGEST_NAME,
  );
}
