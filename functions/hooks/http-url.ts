/**
 * Reads a URL that is to be called.
 *
 * @param name what errors begin with; they never repeat the URL, which can carry credentials.
 * @throws TypeError when it is no http or https URL, or carries a user name or password.
 */
export function parseHttpUrl(name: string, value: string): string {
  const url = URL.parse(value);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new TypeError(`${name} must be a URL that begins with https:// or http://`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`${name} must not carry a user name or password`);
  }
  return url.href;
}

/** An endpoint without a path, so that one can be put after it. @throws TypeError when it is faulty. */
export function checkEndpoint(name: string, endpoint: string): string {
  const url = new URL(parseHttpUrl(name, endpoint));
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new TypeError(`${name} must end after the host and port`);
  }
  return url.origin;
}
