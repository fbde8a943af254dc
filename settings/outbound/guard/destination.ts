import { isIP } from 'node:net';

/**
 * Where a request is to go, read from its URL. The URL parser has made addresses of the odd spellings by then
 * (`2130706433`, `0x7f.1`, `127.1`, digits that are full-width or percent-encoded).
 *
 * @property address of a host that is one; null for a name.
 * @property host as it is connected to: a name in lower case, an IPv6 address without brackets.
 */
export type Destination = {
  readonly isSecure: boolean;
  readonly host: string;
  readonly address: string | null;
  readonly port: number;
};

const LONGEST_NAME = 253;
const NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Names that mean something inside one machine or network only. @see https://www.iana.org/assignments/special-use-domain-names */
const NAMES_OF_INSIDE =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|svc|invalid|test|onion|alt|home\.arpa)$/;

/** Undefined where the host has no form that a host can have (a dot at its end included), or the scheme is not of HTTP. */
export function readDestination(url: URL): Destination | undefined {
  const { protocol } = url;
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const isSecure = protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isAddress = isIP(host) !== 0;
  if (!isAddress && !isHostName(host)) return undefined;
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  return { isSecure, host, address: isAddress ? host : null, port };
}

/** Whether a text has the form of a host's name, in ASCII and lower case. */
export function isHostName(text: string): boolean {
  return text.length <= LONGEST_NAME && NAME.test(text);
}

/** Whether a name may be asked for by anybody: it has several parts, and is not kept for what is inside a network. */
export function isPublicName(name: string): boolean {
  return name.includes('.') && !NAMES_OF_INSIDE.test(name);
}
