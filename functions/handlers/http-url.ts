/**
 * Reads a URL from the configuration; empty counts as not set.
 *
 * @throws TypeError naming the variable, without its value: a URL can carry credentials.
 */
export function httpUrl(name: string, value: string | undefined): string | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const url = URL.parse(value);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new TypeError(`${name} must be a URL that begins with https:// or http://`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`${name} must not carry a user name or password`);
  }
  return url.href;
}
