import { Secret } from '../secret.ts';

/** An HTTP proxy, as the operator named it. */
export type HttpProxy = {
  /** For connecting and for messages: `http://proxy.example.com:3128`, never a user or a password. */
  readonly origin: string;
  /** What `Proxy-Authorization` says; null where the URL carried no user. */
  readonly authorization: Secret<string> | null;
};

/** Which proxy leads to a URL; null: none, connect to it. */
export type ProxyFor = (url: URL) => HttpProxy | null;

export const WANTED_PROXY = 'the URL of a proxy, such as http://proxy.example.com:3128';

const LONGEST_URL = 2048;

/**
 * Reads the URL of a proxy: `http://` or `https://` (TLS to the proxy itself) with a host, and a user and password where
 * the proxy asks for them. As in curl, a missing scheme means `http://`. A fault never quotes the text.
 */
export function parseProxy(text: string): { readonly value: HttpProxy } | { readonly fault: string } {
  if (text.length > LONGEST_URL) return { fault: `is longer than ${LONGEST_URL} characters` };
  if (/[\s\p{Cc}\\]/u.test(text)) return { fault: 'has white space or a backslash in it' };
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || url.hostname === '') return { fault: `expected ${WANTED_PROXY}` };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { fault: `expected ${WANTED_PROXY}; only http:// and https:// proxies are supported` };
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return { fault: `expected ${WANTED_PROXY}, without a path` };
  }
  const authorization = basic(url);
  if (authorization === undefined) {
    return { fault: 'has a user or password that is not percent-encoded; write % as %25' };
  }
  return { value: { origin: url.origin, authorization } };
}

/** Undefined when user or password cannot be decoded. */
function basic({ username, password }: URL): HttpProxy['authorization'] | undefined {
  if (username === '' && password === '') return null;
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return new Secret(`Basic ${Buffer.from(pair).toString('base64')}`);
  } catch {
    return undefined;
  }
}
