import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export type PlainRequest = {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
};

/**
 * The media types whose bodies AWS hands over as text; everything else, also what names no type, comes as base64. AWS
 * documents only that binary bodies are encoded; the list was measured.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 * @see https://github.com/ministackorg/ministack/pull/766
 */
const TEXT = /^(?:text\/.+|application\/(?:json|xml|javascript))$/;

/** What a Lambda behind a Function URL is invoked with (payload format 2.0). */
export function functionUrlEvent(request: PlainRequest): APIGatewayProxyEventV2 {
  return { ...payload(request), routeKey: '$default' };
}

/** The same behind a route of an HTTP API. */
export function apiGatewayEvent(request: PlainRequest): APIGatewayProxyEventV2 {
  const routeKey = `${request.method} /{proxy+}`;
  const event = payload(request);
  return {
    ...event,
    routeKey,
    pathParameters: { proxy: event.rawPath.slice(1) },
    requestContext: { ...event.requestContext, routeKey, stage: '$default' },
  };
}

function payload({ method, target, headers, body }: PlainRequest): APIGatewayProxyEventV2 {
  const url = new URL(target, `https://${headers.host ?? 'abc123.lambda-url.eu-central-1.on.aws'}`);
  const { cookie, ...others } = headers;
  const mediaType = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isBase64Encoded = body !== undefined && body.length > 0 && !TEXT.test(mediaType);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers: { ...others, host: url.host, 'x-forwarded-proto': 'https' },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abc123',
      domainName: url.host,
      domainPrefix: 'abc123',
      http: { method, path: url.pathname, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: crypto.randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: '22/Nov/2026:14:24:01 +0000',
      timeEpoch: Date.now(),
    },
    ...(body === undefined || body.length === 0
      ? {}
      : { body: Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}
