import { MAX_SIGNING_SECRETS } from '../../protocol/signature/sign.ts';

/**
 * The bounds and patterns of delivery that `offhook.yaml` and HookSubscriptions have in common, each once; those of filters
 * are in protocol/event/filter-limits.ts. Patterns mean the same to
 * RE2, by which the API server reads them: no look-around, no classes of Unicode, and `\s` never stands for more than
 * ASCII.
 */

/** Beside the current one. */
export const MOST_PREVIOUS_SECRETS: number = MAX_SIGNING_SECRETS - 1;

/** Deadline of one attempt, in seconds. */
export const TIMEOUT_SECONDS = { least: 1, most: 30 } as const;

/** Deliveries that a subscription may begin in a minute. */
export const PER_MINUTE = { least: 1, most: 60_000 } as const;

/** Headers that go with every request. */
export const HEADERS = { listed: 16, longestName: 64, longestValue: 1_024 } as const;
export const HEADER_NAME_PATTERN = /^[A-Za-z0-9-]+$/;
/** Printable ASCII: no line break can begin another header. */
export const HEADER_VALUE_PATTERN = /^[\x20-\x7e]*$/;

/** Names that are Offhook's or the connection's to set, in lower case. */
export const RESERVED_HEADERS = [
  ...['authorization', 'host', 'cookie', 'content-type', 'content-length', 'connection'],
  ...['transfer-encoding', 'te', 'upgrade', 'proxy-authorization', 'expect', 'keep-alive', 'trailer'],
  'user-agent',
] as const;
export const RESERVED_HEADER_PREFIXES = ['webhook-', 'ce-'] as const;

/** Whether a header's name, in any case, is not the subscriber's to set. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    RESERVED_HEADERS.some((each) => each === lower) ||
    RESERVED_HEADER_PREFIXES.some((prefix) => lower.startsWith(prefix))
  );
}

/**
 * What the client credentials grant sends, in characters; all of it printable ASCII.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A
 */
export const OAUTH2 = { clientId: 512, scopes: 32, scope: 256, audience: 512 } as const;
export const CLIENT_ID_PATTERN = /^[\x20-\x7e]+$/;
export const SCOPE_PATTERN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** @see https://docs.aws.amazon.com/general/latest/gr/rande.html */
export const AWS_REGION_PATTERN = /^[a-z]{2,}(-[a-z]+)+-[0-9]+$/;
export const LONGEST_AWS_REGION = 64;

export const LONGEST_URL = 2_048;
