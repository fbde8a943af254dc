const REGION = /^[a-z0-9-]{1,40}$/;
const CREDENTIAL = /^[\x21-\x7e]{1,4096}$/;

/**
 * A key or token that can stand in a header: the platform's own message about one that cannot would quote it.
 *
 * @throws TypeError naming it, without its value.
 */
export function checkCredential(name: string, value: unknown): string {
  if (typeof value === 'string' && CREDENTIAL.test(value)) return value;
  throw new TypeError(`${name} must be set, and have no white space in it`);
}

/** @throws TypeError when it cannot be a region: it becomes part of a host name. */
export function checkRegion(name: string, region: string): string {
  if (typeof region === 'string' && REGION.test(region)) return region;
  throw new TypeError(`${name} must be the name of a region, for example eu-central-1, or auto`);
}
