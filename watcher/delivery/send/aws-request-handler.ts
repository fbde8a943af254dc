import type { Dispatcher } from 'undici';
import type { ConnectionSettings } from '../../../settings/outbound/connection-settings.ts';
import type { ProxyFor } from '../../../settings/outbound/http-proxy.ts';
import { OutboundDispatcher } from '../../../settings/outbound/outbound-dispatcher.ts';

/** What the AWS SDK wants sent, as far as it matters. */
type AwsRequest = {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

type AwsAnswer = {
  readonly response: {
    readonly statusCode: number;
    readonly headers: Record<string, string>;
    readonly body: Dispatcher.ResponseData['body'];
  };
};

/** Answers of PutEvents and STS have a few kB. */
const MOST_BYTES_AN_ANSWER = 1024 * 1024;

/**
 * How the AWS SDK reaches AWS: its own handler knows no proxy, and would read whatever comes as an answer. It is also used
 * for credentials that come from STS or SSO; those of the instance or the Pod have an address of their own beside it.
 *
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-proxies.html
 */
export function createAwsRequestHandler(
  proxyFor: ProxyFor,
  settings: Pick<ConnectionSettings, 'connections' | 'connectTimeoutMs' | 'tls'>,
) {
  const dispatcher = new OutboundDispatcher(proxyFor, {
    ...settings,
    answerLimitBytes: MOST_BYTES_AN_ANSWER,
  });
  const { connectTimeoutMs: timeout } = settings;
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(
      request: AwsRequest,
      { abortSignal }: { abortSignal?: AbortSignal } = {},
    ): Promise<AwsAnswer> {
      const { statusCode, headers, body } = await dispatcher.request({
        origin: originOf(request),
        path: request.path + queryText(request.query ?? {}),
        method: request.method as Dispatcher.HttpMethod,
        headers: request.headers,
        body: request.body ?? null,
        signal: abortSignal ?? null,
        // For credentials, which are asked for without a signal.
        headersTimeout: timeout,
        bodyTimeout: timeout,
      });
      return { response: { statusCode, headers: joined(headers), body } };
    },
    /** The SDK asks for neither of them to be kept. */
    updateHttpClientConfig(): void {},
    httpHandlerConfigs: () => ({}),
    destroy: () => void dispatcher.disconnect(),
  };
}

function originOf({ protocol, hostname, port }: AwsRequest): string {
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
}

function queryText(query: NonNullable<AwsRequest['query']>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) =>
      each === null ? escaped(name) : `${escaped(name)}=${escaped(each)}`,
    ),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** As the signature over it does (RFC 3986). */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function joined(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
}
