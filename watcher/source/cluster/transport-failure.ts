import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { ProxyError } from '../../../settings/outbound/proxy-error.ts';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';

/** OpenSSL's ways to say that nobody we trust signed this certificate. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);

/**
 * Says in one sentence why no answer came from the API server.
 *
 * @param server the address without credentials
 * @param trust which CA was used, in words
 */
export function describeTransportFailure(
  error: unknown,
  { server, trust }: { server: string; trust: string },
): string {
  if (error instanceof ProxyError) return `no answer from ${server}: ${error.message}`;
  const code = codeOf(error);
  const message = messageOf(error).slice(0, 200);
  if (code !== null && UNTRUSTED.has(code)) {
    return `the certificate of ${server} is not trusted (${code}); it was checked against ${trust}`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the certificate of ${server} is for another name (set tls-server-name if that is right): ${message}`;
  }
  if (code === 'CERT_HAS_EXPIRED') return `the certificate of ${server} has expired`;
  if (code === 'ECONNREFUSED') return `${server} refused the connection (ECONNREFUSED)`;
  if (code === 'ENOTFOUND') return `the name in ${server} cannot be resolved (ENOTFOUND)`;
  return `no answer from ${server}: ${code ?? 'error'}: ${message}`;
}

/** undici wraps some errors; an AggregateError holds one for each address tried. */
function codeOf(error: unknown): string | null {
  if (!isRecord(error)) return null;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return codeOf(inner) ?? text(error.code);
}
