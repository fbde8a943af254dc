import { DestinationDenied } from '../../../settings/outbound/guard/denial.ts';
import { ProxyError } from '../../../settings/outbound/proxy-error.ts';
import { AttemptDeadline, DispatcherStopped } from '../event-sender.ts';
import { ServiceUnavailable } from './service-unavailable.ts';
import { TokenError } from './token-error.ts';

/** Error codes of Node and undici by what failed. Codes of TLS are many, and are known by their look. */
const KINDS: readonly (readonly [kind: string, codes: RegExp])[] = [
  ['dns', /^(ENOTFOUND|EAI_[A-Z]+|ENODATA|E(SERVFAIL|TIMEOUT|REFUSED|FORMERR|BADRESP|BADNAME|NOTIMP))$/],
  ['connect', /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/],
  ['reset', /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/],
  ['tls', /CERT|^ERR_(TLS|SSL)|^EPROTO$|^UNABLE_TO_|^(CRL|HOSTNAME)_/],
  ['protocol', /^(HPE_|UND_ERR_|ERR_ANSWER_TOO_LARGE$|ERR_TOO_MANY_INTERIM_ANSWERS$)/],
];

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

/**
 * A failed attempt in a few words: `dns ENOTFOUND`, `tls CERT_HAS_EXPIRED`, `timeout 15000 ms`, `proxy 407`, `denied
 * PrivateAddress`. Only codes are used, never messages: those can quote URLs and answers.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof AttemptDeadline) return `timeout ${error.timeoutMs} ms`;
  if (error instanceof DispatcherStopped) return 'stopped';
  if (error instanceof DestinationDenied) return `denied ${error.why}`;
  if (error instanceof TokenError) return `oauth2 ${error.reason}`;
  if (error instanceof ServiceUnavailable) return `service ${error.reason}`;
  if (error instanceof ProxyError) return `proxy ${error.reason}`;
  const code = findCode(error, 3);
  if (code === null) return describeUncoded(error);
  const kind = KINDS.find(([, codes]) => codes.test(code))?.[0] ?? 'network';
  return `${kind} ${code}`;
}

/** undici gives most violations of HTTP no code. */
function describeUncoded(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  return error.name === 'HTTPParserError' ? `protocol ${error.name}` : `failed ${error.name}`;
}

/** The error's own code, or that of what caused it; an AggregateError holds one error an address tried. */
function findCode(error: unknown, depth: number): string | null {
  if (!(error instanceof Error) || depth === 0) return null;
  if ('code' in error && typeof error.code === 'string' && CODE.test(error.code)) return error.code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return findCode(inner, depth - 1);
}
