/**
 * Why a request may not go where it was to go.
 *
 * | why | the URL or its host |
 * |---|---|
 * | `Scheme` | is not https |
 * | `UserInfo` | carries a user name or password |
 * | `Port` | names a port that is not open |
 * | `Host` | is no DNS name of the public Internet by its form |
 * | `PrivateAddress` | leads to an address that is not public, or is the cluster's |
 * | `Proxy` | could only be reached by a proxy, of which nobody says that it looks where requests go |
 */
type DenialReason = 'Scheme' | 'UserInfo' | 'Port' | 'Host' | 'PrivateAddress' | 'Proxy';

/** @property message a sentence without an address that a name led to: a tenant would learn what is inside the cluster. */
export type EgressDenial = { readonly kind: 'denied'; readonly why: DenialReason; readonly message: string };

const OPENING = 'whoever runs Offhook can open it under egress.allow';

const MESSAGES: Readonly<Record<Exclude<DenialReason, 'Port'>, string>> = {
  Scheme: `the URL must begin with https://; ${OPENING}`,
  UserInfo: 'the URL must not carry a user name or password',
  Host: `the host must be a public DNS name, such as hooks.example.com; ${OPENING}`,
  PrivateAddress: `the host does not lead to public addresses alone; ${OPENING}`,
  Proxy:
    'the host cannot be reached directly, and its proxy is not known to look where requests go (egress.proxyEnforces)',
};

export function denied(why: Exclude<DenialReason, 'Port'>): EgressDenial {
  return { kind: 'denied', why, message: MESSAGES[why] };
}

/** @param open the ports that are. */
export function deniedPort(port: number, open: readonly number[]): EgressDenial {
  const message = `port ${port} is not open, only ${open.join(', ')}; whoever runs Offhook can open it under egress.ports or egress.allow`;
  return { kind: 'denied', why: 'Port', message };
}

/** A request was not sent, because the guard denied where it was to go. */
export class DestinationDenied extends Error {
  override readonly name = 'DestinationDenied';
  readonly why: DenialReason;

  constructor({ why, message }: EgressDenial, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.why = why;
  }
}
