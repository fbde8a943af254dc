import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { BUS_BODY_LIMIT_BYTES } from '../../../functions/platforms/aws/queue/eventbridge-detail.ts';
import { QUEUE_BODY_LIMIT_BYTES } from '../../../functions/platforms/cloudflare/queue.ts';
import { MAX_BODY_BYTES } from '../../../protocol/http/read-body.ts';
import {
  apiGatewayEvent,
  functionUrlEvent,
  type PlainRequest,
} from '../platforms/aws/support/function-url-event.ts';
import { startLambdaBridge } from '../platforms/aws/support/start-on-lambda.ts';
import { type Bridge, PLATFORMS } from './platforms.ts';
import { registerTestHandlers } from './test-handlers.ts';

/** A running receiver, and the way a request comes to it. */
export type OpenDoor = Bridge & { send(request: PlainRequest): Promise<Response> };

/**
 * @property limitBytes the largest body that is read.
 * @property bytes whether a body may be any bytes; a body that AWS hands over as text cannot.
 */
export type Door = {
  readonly door: string;
  readonly limitBytes: number;
  readonly bytes: boolean;
  open(vars: Readonly<Record<string, string>>): Promise<OpenDoor>;
};

const LIMITS: Readonly<Record<string, number>> = {
  Node: MAX_BODY_BYTES,
  workerd: QUEUE_BODY_LIMIT_BYTES,
  Lambda: BUS_BODY_LIMIT_BYTES,
};

/** Over HTTP, on every platform. */
const OVER_HTTP = PLATFORMS.map(({ platform, start }): Door => {
  const open: Door['open'] = async (vars) => {
    const bridge = await start(vars);
    const send = ({ method, target, headers, body }: PlainRequest) =>
      fetch(bridge.url + target, {
        method,
        headers,
        ...(body === undefined ? {} : { body: Buffer.from(body) }),
      });
    return { ...bridge, send };
  };
  return { door: platform, limitBytes: LIMITS[platform] ?? 0, bytes: true, open };
});

type Shape = (event: APIGatewayProxyEventV2) => APIGatewayProxyEventV2;

const asBase64: Shape = ({ body = '', ...event }) => {
  const bytes = Buffer.from(body, event.isBase64Encoded ? 'base64' : 'utf8');
  return { ...event, body: bytes.toString('base64'), isBase64Encoded: true };
};
const asText: Shape = ({ body = '', ...event }) => {
  const bytes = Buffer.from(body, event.isBase64Encoded ? 'base64' : 'utf8');
  return { ...event, body: bytes.toString('utf8'), isBase64Encoded: false };
};

/** By what AWS invokes the function with, in every form of it. */
const BY_EVENT = [
  { source: 'Function URL', build: functionUrlEvent },
  { source: 'API Gateway v2', build: apiGatewayEvent },
].flatMap(({ source, build }) =>
  [
    { form: 'base64', shape: asBase64 },
    { form: 'text', shape: asText },
  ].map(({ form, shape }): Door => {
    const open: Door['open'] = async (vars) => {
      const bridge = await startLambdaBridge({ registerHandlers: registerTestHandlers, vars });
      const send = async (request: PlainRequest) => responseOf(await bridge.receiver(shape(build(request))));
      return { ...bridge, send };
    };
    const door = `Lambda, ${source} event, ${form}`;
    return { door, limitBytes: BUS_BODY_LIMIT_BYTES, bytes: form === 'base64', open };
  }),
);

/** Every way into the receiver. */
export const DOORS: readonly Door[] = [...OVER_HTTP, ...BY_EVENT];

function responseOf({
  statusCode = 0,
  headers = {},
  body = '',
}: APIGatewayProxyStructuredResultV2): Response {
  const named = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(body, { status: statusCode, headers: named });
}
