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

/**
 * The headers as they travel with an event behind the receiver.
 *
 * @property verified whether they were verified with keys: by the receiver itself, or again by who took the event off
 *   a bus. `false`: whoever can put events on the bus claims them, and nobody has verified that.
 */
export type CarriedSignature = SignedHeaders & { readonly verified: boolean };

/** Reads them from a request that has passed the verifier. */
export function signedHeaders(headers: Headers): CarriedSignature {
  return {
    id: headers.get('webhook-id') ?? '',
    timestamp: headers.get('webhook-timestamp') ?? '',
    signature: headers.get('webhook-signature') ?? '',
    verified: true,
  };
}
