/** An address of a Pod behind a Service, as its EndpointSlices say; `address` is an IP. */
type ServiceEndpoint = { readonly address: string; readonly port: number };

/**
 * Where connections to a Service of the cluster go. The same object for as long as it is the same Service: another one
 * makes the subscription's connections anew.
 */
export interface ServiceEndpoints {
  /**
   * Asked for each new connection, and now and then for those that are open, so that it should answer from what it
   * knows already.
   *
   * @returns `none`: why there is nowhere to connect to, a few words that hold nothing secret: `no ready endpoint`.
   */
  find(
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'found'; readonly endpoints: readonly ServiceEndpoint[] }
    | { readonly kind: 'none'; readonly why: string }
  >;
}
