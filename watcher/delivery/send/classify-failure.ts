/** What kind of failure it is, for those who are shown no more of it. */
type FailureClass =
  | 'DNS'
  | 'Connect'
  | 'TLS'
  | 'Timeout'
  | 'ClientError'
  | 'ServerError'
  | 'Gone'
  | 'Refused'
  | 'Denied'
  | 'BadResponse';

/** By the first word of a reason, where that is enough. */
const BY_FIRST_WORD: Readonly<Record<string, FailureClass>> = {
  dns: 'DNS',
  connect: 'Connect',
  reset: 'Connect',
  network: 'Connect',
  service: 'Connect',
  stopped: 'Connect',
  failed: 'Connect',
  tls: 'TLS',
  timeout: 'Timeout',
  denied: 'Denied',
  protocol: 'BadResponse',
};

/** Codes by which an authorization server, or EventBridge, says that it is its own fault. */
const SERVERS_FAULT = /^(server_error|temporarily_unavailable|Internal\w*|\w*Unavailable\w*|Throttl\w*)$/;

/**
 * The class of an attempt that took nothing, by what is known of it everywhere: its reason, as it stands in reports, in the
 * log and in the journal.
 *
 * | reason | class |
 * |---|---|
 * | `dns …`, `connect …`, `tls …`, `timeout …` | DNS, Connect, TLS, Timeout; also of a proxy, or of an OAuth2 server (`oauth2 dns …`) |
 * | `reset …`, `service …` (no Pod to connect to), `proxy …` | Connect |
 * | `denied …`: the guard | Denied |
 * | `http 410`, `http … disable` | Gone |
 * | `http 415`, `http … abort-message`: this event will never be taken | Refused |
 * | `http 4…`, `oauth2 invalid_client`, `eventbridge AccessDenied…` | ClientError |
 * | `http 5…`, `oauth2 server_error` | ServerError |
 * | `http 3…` (no redirect is followed), `protocol …`, an OAuth2 answer that is none | BadResponse |
 *
 * @param reason of a dead letter it can go on with a comma and why it was given up.
 * @returns null for what was given up without an attempt: `expired`, a quota.
 */
export function classifyFailure(reason: string): FailureClass | null {
  const [first = '', second = '', third = ''] = (reason.split(',')[0] ?? '').split(' ');
  if (first === 'oauth2') return classifyToken(second, third);
  if (first === 'proxy') return second === 'timeout' ? 'Timeout' : 'Connect';
  if (first === 'eventbridge') return SERVERS_FAULT.test(second) ? 'ServerError' : 'ClientError';
  if (first === 'http') return classifyStatus(Number(second), reason);
  if (first === 'internal') return 'BadResponse';
  return BY_FIRST_WORD[first] ?? null;
}

function classifyStatus(status: number, reason: string): FailureClass {
  if (status === 410 || / disable(,|$)/.test(reason)) return 'Gone';
  if (status === 415 || / abort-message(,|$)/.test(reason)) return 'Refused';
  if (status >= 500) return 'ServerError';
  return status >= 400 ? 'ClientError' : 'BadResponse';
}

function classifyToken(second: string, third: string): FailureClass {
  if (second === 'http') return classifyStatus(Number(third), '');
  const known = BY_FIRST_WORD[second];
  if (known !== undefined) return known;
  if (second === 'proxy') return third === 'timeout' ? 'Timeout' : 'Connect';
  if (['malformed', 'answer', 'no'].includes(second)) return 'BadResponse';
  return SERVERS_FAULT.test(second) ? 'ServerError' : 'ClientError';
}
