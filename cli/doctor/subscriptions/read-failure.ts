/** How far an attempt came that got no answer. */
export type FailedStep = 'proxy' | 'host' | 'connection' | 'tls' | 'answer';

/** Node has a code a kind of failure, but none of these says what to do. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|ENODATA/, 'Is the host name right, and does the DNS of this machine (or Pod) know it?'],
  [/EAI_AGAIN|ESERVFAIL/, 'The DNS does not answer; in a Pod: is port 53 open in its NetworkPolicy?'],
  [/ECONNREFUSED/, 'Nobody listens there: is the receiver running, and the port right?'],
  [/EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|CONNECT_TIMEOUT/, 'No way there: a firewall, or a NetworkPolicy.'],
  [/CERT_HAS_EXPIRED/, 'Renew the certificate of the receiver.'],
  [/ALTNAME/, 'The certificate is for another host name than that in the URL.'],
  [
    /SELF_SIGNED|UNABLE_TO_|CERT_/,
    'Nobody whom this machine trusts has signed it: NODE_EXTRA_CA_CERTS names further CAs.',
  ],
  [/^proxy 407/, 'The proxy wants other credentials.'],
  [/^proxy/, 'See "proxy" in the configuration, HTTPS_PROXY, HTTP_PROXY and NO_PROXY.'],
];

/**
 * Where an attempt failed, by the reason that the watcher keeps of it: `dns ENOTFOUND`, `tls CERT_HAS_EXPIRED`,
 * `timeout 15000 ms`, `proxy 407`.
 */
export function readFailure(reason: string): {
  readonly step: FailedStep;
  readonly hints: readonly string[];
} {
  const hint = HINTS.find(([pattern]) => pattern.test(reason))?.[1];
  return { step: stepOf(reason.split(' ', 1)[0] ?? ''), hints: hint === undefined ? [] : [hint] };
}

function stepOf(kind: string): FailedStep {
  switch (kind) {
    case 'proxy':
      return 'proxy';
    case 'dns':
      return 'host';
    case 'connect':
      return 'connection';
    case 'tls':
      return 'tls';
    default:
      return 'answer';
  }
}
