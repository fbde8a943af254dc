import { createServer, type ServerResponse } from 'node:http';

/** The parsed body of a call. */
export type AwsRequest = Readonly<Record<string, unknown>>;

/** An exception as AWS answers it: its name goes into `__type`, `more` beside the message. */
export class AwsError extends Error {
  readonly type: string;
  readonly status: number;
  readonly more: object;
  constructor(type: string, message: string, { status = 400, more = {} } = {}) {
    super(message);
    this.type = type;
    this.status = status;
    this.more = more;
  }
}

/**
 * What happens to a call instead of its operation: an exception, no answer ever, a cut connection. `lostAnswer`: it is
 * carried out, and the connection is cut.
 */
export type Trouble = AwsError | 'hang' | 'reset' | 'lostAnswer';
/** Asked before each call, by its target, for example `DynamoDB_20120810.PutItem`. */
export type TroubleScript = (target: string, request: AwsRequest) => Trouble | undefined;
export type Operation = (request: AwsRequest) => object;
export type AwsCall = { readonly target: string; readonly request: AwsRequest };

export type AwsServer = {
  readonly endpoint: string;
  /** Every call so far, also those that failed. */
  readonly calls: readonly AwsCall[];
  trouble(script: TroubleScript): void;
  /** The answer to the next call of that operation, whatever is asked. */
  answerOnce(target: string, answer: object): void;
  close(): Promise<void>;
};

/**
 * Services that speak AWS JSON over HTTP: the operation is named by `x-amz-target`. Whoever calls must have signed
 * (Signature Version 4), which is looked for and not verified.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export async function startAwsServer(operations: Readonly<Record<string, Operation>>): Promise<AwsServer> {
  const calls: AwsCall[] = [];
  const answers = new Map<string, object>();
  let script: TroubleScript = () => undefined;
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const target = String(incoming.headers['x-amz-target']);
    const request: AwsRequest = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    calls.push({ target, request });
    const signed = incoming.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') ?? false;
    const trouble = signed ? script(target, request) : new AwsError('MissingAuthenticationToken', 'unsigned');
    if (trouble === 'hang') return;
    if (trouble === 'reset') return void response.socket?.destroy();
    const prepared = answers.get(target);
    answers.delete(target);
    const answer =
      trouble instanceof AwsError ? trouble : (prepared ?? run(operations[target], target, request));
    if (trouble === 'lostAnswer') return void response.socket?.destroy();
    send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    calls,
    trouble: (next) => {
      script = next;
    },
    answerOnce: (target, answer) => void answers.set(target, answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function run(operation: Operation | undefined, target: string, request: AwsRequest): object {
  if (operation === undefined) return new AwsError('UnknownOperationException', `no operation ${target}`);
  try {
    return operation(request);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

function send(response: ServerResponse, answer: object): void {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': crypto.randomUUID() };
  if (!(answer instanceof AwsError)) {
    response.writeHead(200, headers).end(JSON.stringify(answer));
    return;
  }
  const { type, status, message, more } = answer;
  const body = { __type: `com.amazonaws.fake#${type}`, message, ...more };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

/** A call with a member that the fake does not know would be half understood: it is refused. */
export function onlyMembers(request: AwsRequest, known: readonly string[]): void {
  const unknown = Object.keys(request).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new AwsError('ValidationException', `the fake does not know ${unknown.join(', ')}`);
}
