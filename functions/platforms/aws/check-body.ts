import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Base64 of RFC 4648, complete with its padding, as AWS writes it. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Refuses (400) an invocation whose `isBase64Encoded` does not fit its body. Function URLs and API Gateway encode
 * every body that is not `text/*` or `application/json`, `/xml` or `/javascript`: ours arrives as base64. Decoders skip
 * what is not base64, so that a wrong flag would look like a wrong signature. No event is base64 by itself: it begins
 * with a brace.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export function checkBody(
  event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>,
): APIGatewayProxyStructuredResultV2 | undefined {
  const { body, isBase64Encoded = false }: { readonly body?: unknown; readonly isBase64Encoded?: unknown } =
    event;
  if (typeof isBase64Encoded !== 'boolean') return refuse('isBase64Encoded must be true or false');
  if (body === undefined || body === null || body === '') return undefined;
  if (typeof body !== 'string') return refuse('the body of the invocation must be a string');
  if (BASE64.test(body) === isBase64Encoded) return undefined;
  return refuse(
    isBase64Encoded
      ? 'isBase64Encoded is true, but the body is not base64'
      : 'isBase64Encoded is false, but the body is base64',
  );
}

function refuse(message: string): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: 400,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: 'bad_encoding', message }),
  };
}
