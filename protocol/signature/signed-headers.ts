/** Anything that looks up a header by its lower-case name: Fetch `Headers`, or a small wrapper of another. */
export interface HeaderSource {
  get(name: string): string | null;
}

/**
 * The Standard Webhooks headers of a delivery, word for word. Together with the raw body they let anyone who holds the
 * key verify the delivery again.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export type SignedHeaders = {
  readonly id: string;
  /** Unix seconds, as text. */
  readonly timestamp: string;
  /** One or more of `v1,…` and `v1a,…`, separated by spaces. */
  readonly signature: string;
};

const ID = 'webhook-id';
const TIMESTAMP = 'webhook-timestamp';
const SIGNATURE = 'webhook-signature';

/** Reads them as they came; empty where one is missing. */
export function readSignedHeaders(headers: HeaderSource): SignedHeaders {
  return {
    id: headers.get(ID) ?? '',
    timestamp: headers.get(TIMESTAMP) ?? '',
    signature: headers.get(SIGNATURE) ?? '',
  };
}

/** As they stand in a request, by their lower-case names. */
export function writeSignedHeaders({ id, timestamp, signature }: SignedHeaders): Record<string, string> {
  return { [ID]: id, [TIMESTAMP]: timestamp, [SIGNATURE]: signature };
}
