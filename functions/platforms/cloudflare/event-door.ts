import { type BodyRead, readBody } from '../../../protocol/http/read-body.ts';
import { EVENTS_PATH } from '../../../protocol/http/receiver-paths.ts';
import type { WholeReceiver } from '../../receiver.ts';

/** Where the path of an absolute URL begins is behind `https://`. */
const SCHEME_LENGTH = 8;
const WHOLE_NUMBER = /^\d{1,9}$/;

/** What answers a request. */
type Door = { fetch(request: Request): Response | Promise<Response> };

/** Takes deliveries without a router and its context, and leaves everything else to the web application. */
export function createEventDoor({ app, receiveEvent }: WholeReceiver): Door {
  return { fetch: (request) => (isDelivery(request) ? deliver(request) : app.fetch(request)) };

  async function deliver(request: Request): Promise<Response> {
    const { status, headers, body } = await receiveEvent({
      headers: request.headers,
      readBody: (limitBytes) => readRequest(request, limitBytes),
    });
    return Response.json(body, { status, headers });
  }
}

function isDelivery({ method, url }: Request): boolean {
  return (
    method === 'POST' &&
    url.indexOf('/', SCHEME_LENGTH) === url.length - EVENTS_PATH.length &&
    url.endsWith(EVENTS_PATH)
  );
}

/** The runtime ends a body where its length says: one that says it is small is read at once, any other piece by piece. */
async function readRequest(request: Request, limitBytes: number): Promise<BodyRead> {
  const length = request.headers.get('content-length') ?? '';
  if (!WHOLE_NUMBER.test(length) || Number(length) > limitBytes) return readBody(request.body, limitBytes);
  const bytes = new Uint8Array(await request.arrayBuffer());
  return bytes.byteLength > limitBytes ? { kind: 'tooLarge' } : { kind: 'body', bytes };
}
