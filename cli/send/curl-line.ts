import { shellQuoted } from '../terminal/shell-quoted.ts';
import type { SignedRequest } from './signed-request.ts';

/**
 * A request as a command line for curl, in a POSIX shell. A bearer token is read from its file when the line runs, so that
 * it is not in it.
 */
export function curlLine(
  url: URL,
  { headers, body }: SignedRequest,
  bearerTokenFile: string | undefined,
): string {
  const lines = [
    `curl -i ${shellQuoted(url.href)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${shellQuoted(`${name}: ${value}`)}`),
    ...(bearerTokenFile === undefined
      ? []
      : [`-H "authorization: Bearer $(cat ${shellQuoted(bearerTokenFile)})"`]),
    `--data-binary ${shellQuoted(new TextDecoder().decode(body))}`,
  ];
  return `${lines.join(' \\\n  ')}\n`;
}
