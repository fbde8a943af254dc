/** The value of a cookie of the request; undefined without it. */
export function readCookie(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([found]) => found === name)?.[1];
}

/**
 * A `set-cookie` that only this site's own pages send back and no script can read. `Secure` when the browser came over
 * https, as far as the receiver or the proxy before it says.
 */
export function formatCookie(request: Request, name: string, value: string, maxAgeSeconds: number): string {
  const overTls =
    new URL(request.url).protocol === 'https:' || request.headers.get('x-forwarded-proto') === 'https';
  const flags = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${overTls ? '; Secure' : ''}`;
  return `${name}=${value}; ${flags}`;
}
