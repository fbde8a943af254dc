import { parseHttpUrl } from '../hooks/http-url.ts';

/**
 * Reads a URL from the configuration; empty counts as not set.
 *
 * @throws TypeError naming the variable, without its value: a URL can carry credentials.
 */
export function httpUrl(name: string, value: string | undefined): string | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  return parseHttpUrl(name, value);
}
