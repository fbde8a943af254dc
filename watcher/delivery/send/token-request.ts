import type { Dispatcher } from 'undici';
import { parseRetryAfter } from '../../../protocol/http/retry-after.ts';
import type { OAuth2Client } from '../subscription-target.ts';
import { readErrorCode } from './read-error-code.ts';
import { TokenError } from './token-error.ts';

/** @property lastsMs null where the server does not say. */
export type AccessToken = { readonly token: string; readonly lastsMs: number | null };

/** More than any token; also what a Kubernetes API server or a proxy takes as headers. */
const MOST_ANSWER_BYTES = 64 * 1024;
const LONGEST_TOKEN = 16 * 1024;
/** RFC 6750, section 2.1: anything else could break the header or add another one. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Asks for a token by client credentials, the client in an Authorization header, as every server has to take it.
 *
 * By hand, because it is a form of four fields and an answer of three: the libraries for OAuth2 stand on `fetch`, so that
 * proxies, deadlines, the bound of the answer and the guard would have to be put under it; and one that follows the RFC to
 * the letter tells of a 401 its challenge, not the code `invalid_client` that people look for.
 *
 * @throws {TokenError} for whatever an answer can be; what the dispatcher throws where there is none.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export async function requestToken(
  client: OAuth2Client,
  dispatcher: Dispatcher,
  {
    signal,
    userAgent,
    nowMs,
  }: { readonly signal: AbortSignal; readonly userAgent: string; readonly nowMs: () => number },
): Promise<AccessToken> {
  const url = new URL(client.tokenUrl);
  const { statusCode, headers, body } = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: 'POST',
    headers: {
      authorization: basicCredentials(client),
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      'user-agent': userAgent,
    },
    body: formOf(client),
    signal,
  });
  const bytes = await readAtMost(body, MOST_ANSWER_BYTES);
  if (statusCode !== 200) {
    const { 'retry-after': retryAfter } = headers;
    const afterMs = typeof retryAfter === 'string' ? parseRetryAfter(retryAfter, nowMs()) : null;
    throw new TokenError((bytes && readErrorCode(bytes)) ?? `http ${statusCode}`, afterMs ?? undefined);
  }
  if (bytes === null) throw new TokenError('answer too large');
  return readToken(bytes);
}

function formOf({ scopes, audience }: OAuth2Client): string {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  if (audience !== undefined) form.set('audience', audience);
  return form.toString();
}

/** Both parts are encoded like a form first. @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
function basicCredentials({ clientId, clientSecret }: OAuth2Client): string {
  const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')}`;
}

/** null: it is longer; its connection is given up. */
async function readAtMost(
  body: Dispatcher.ResponseData['body'],
  mostBytes: number,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readToken(bytes: Uint8Array): AccessToken {
  const { access_token: token, token_type: type, expires_in: seconds } = readObject(bytes);
  if (typeof token !== 'string' || token.length > LONGEST_TOKEN || !TOKEN.test(token))
    throw new TokenError('malformed answer');
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') throw new TokenError('no bearer token');
  // Some servers write the number as text.
  const lasts = typeof seconds === 'string' ? Number.parseFloat(seconds) : seconds;
  return { token, lastsMs: typeof lasts === 'number' && lasts >= 0 ? lasts * 1000 : null };
}

function readObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>;
  } catch {
    // What the parser says can quote the answer.
  }
  throw new TokenError('malformed answer');
}
