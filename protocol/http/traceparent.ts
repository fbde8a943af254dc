/**
 * Where a trace stands, in the version 00 of W3C Trace Context: as an HTTP header, and as an attribute of a CloudEvent by
 * its Distributed Tracing extension.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md
 */
export const TRACEPARENT = 'traceparent';

const VERSION_00 = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Nobody signs it, and no delivery is refused for it: what is anything else than one of version 00, with ids that are
 * not all zeros, counts as absent.
 *
 * @param value as it came: a header, two of them joined with a comma, or whatever JSON has.
 */
export function readTraceparent(value: unknown): string | null {
  return typeof value === 'string' && VERSION_00.test(value) ? value : null;
}
