/**
 * The Standard Webhooks headers of a delivery, word for word, after they were verified. Together with the raw body
 * they let anyone who holds the key verify the delivery again.
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

/** Reads them from a request that has passed the verifier. */
export function signedHeaders(headers: Headers): SignedHeaders {
  return {
    id: headers.get('webhook-id') ?? '',
    timestamp: headers.get('webhook-timestamp') ?? '',
    signature: headers.get('webhook-signature') ?? '',
  };
}
