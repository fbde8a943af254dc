import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import { EVENT_BUS_NAME_PATTERN } from '../../protocol/eventbridge/eventbridge-bus-name.ts';
import { type EventBridgeEntry, toEventBridgeEntry } from '../../protocol/eventbridge/eventbridge-entry.ts';
import {
  type EventBridgeResult,
  readEventBridgeError,
  readEventBridgeResult,
} from '../../protocol/eventbridge/eventbridge-result.ts';
import { readBody } from '../../protocol/http/read-body.ts';
import { checkCredential, checkRegion } from '../sigv4/check-aws-settings.ts';
import { type AwsCredentials, signAwsRequest } from '../sigv4/sign-aws-request.ts';
import { GiveUp } from './attempt-failure.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { checkEndpoint } from './http-url.ts';
import { requireNoObjection, type TargetGuard } from './target-guard.ts';

/**
 * An EventBridge bus to forward events to; they look as those a watcher puts there itself.
 *
 * @property eventBus name or ARN.
 * @property credentials as they are, or a function that gets them for each run, where they change.
 * @property endpoint for a VPC endpoint or a test; default: the region's own.
 */
export type EventBusTarget = {
  readonly eventBus: string;
  readonly region: string;
  readonly credentials: AwsCredentials | (() => AwsCredentials | Promise<AwsCredentials>);
  readonly endpoint?: string;
};

const MAX_ANSWER_BYTES = 65_536;
const NO_CODE = 'no reason given';

/**
 * Puts the event on the bus, one PutEvents call a run. A call can succeed while its entry fails: that is a failure too.
 *
 * @param at what errors begin with.
 * @throws TypeError when the target is faulty.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function createEventBusHandler(
  at: string,
  target: EventBusTarget,
  guard?: TargetGuard,
): Handler<LifecycleEvent> {
  const { eventBus } = target;
  const region = checkRegion(`${at}: region`, target.region);
  const url = checkEndpoint(`${at}: endpoint`, target.endpoint ?? `https://events.${region}.amazonaws.com`);
  // AWS's own address can be a private one, by a VPC endpoint; who names another has to be asked for it.
  const guarded = target.endpoint === undefined ? undefined : guard;
  requireNoObjection(`${at}: endpoint`, url, guarded);
  if (typeof eventBus !== 'string' || !EVENT_BUS_NAME_PATTERN.test(eventBus)) {
    throw new TypeError(`${at}: eventBus must be the name or the ARN of a bus`);
  }
  const credentials = credentialsOf(at, target.credentials);
  return async function putOnEventBus(event, ctx) {
    const entry = toEventBridgeEntry({ type: event.type, time: event.time, body: ctx.body }, eventBus);
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
    };
    const body = putEventsBody(entry);
    const request = { service: 'events', region, method: 'POST', url, headers, body } as const;
    const signed = await signAwsRequest(request, await credentials(), ctx.startedAt);
    const response = guarded
      ? await guarded.fetch(signed.url, { ...signed.init, signal: ctx.signal })
      : await ctx.fetch(signed.url, { ...signed.init, throwOnStatus: false });
    checkResult(await readResult(response), ctx);
  };
}

/** AWS JSON writes times as seconds since the epoch. */
function putEventsBody(entry: EventBridgeEntry): Uint8Array<ArrayBuffer> {
  const input = { Entries: [{ ...entry, Time: entry.Time.getTime() / 1_000 }] };
  return new TextEncoder().encode(JSON.stringify(input));
}

function checkResult(result: EventBridgeResult | undefined, ctx: HandlerContext): void {
  const verdict = readEventBridgeResult(result);
  if (verdict.kind === 'taken') {
    ctx.log.info({ busEventId: verdict.busEventId }, 'put on the bus');
    return;
  }
  const message = `EventBridge did not take the event: ${verdict.code ?? NO_CODE}`;
  throw verdict.kind === 'malformed' ? new GiveUp(message) : new Error(message);
}

/** @throws Error when the call as a whole failed, with the code AWS gives: the message beside it may quote the entry. */
async function readResult(response: Response): Promise<EventBridgeResult | undefined> {
  const read = await readBody(response.body, MAX_ANSWER_BYTES);
  const answer = read.kind === 'body' ? parseObject(new TextDecoder().decode(read.bytes)) : {};
  if (response.status === 200) {
    const entries: unknown = answer.Entries;
    return Array.isArray(entries) ? (entries[0] ?? undefined) : undefined;
  }
  const { code } = readEventBridgeError(
    typeof answer.__type === 'string' ? answer.__type.split('#').at(-1) : null,
  );
  throw new Error(`EventBridge answered ${response.status}: ${code ?? NO_CODE}`);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function credentialsOf(at: string, given: EventBusTarget['credentials']): () => Promise<AwsCredentials> {
  if (typeof given === 'function') return async () => checkCredentials(at, await given());
  const checked = checkCredentials(at, given);
  return async () => checked;
}

function checkCredentials(at: string, given: AwsCredentials | undefined): AwsCredentials {
  const { accessKeyId, secretAccessKey, sessionToken } = given ?? {};
  return {
    accessKeyId: checkCredential(`${at}: credentials.accessKeyId`, accessKeyId),
    secretAccessKey: checkCredential(`${at}: credentials.secretAccessKey`, secretAccessKey),
    ...(sessionToken === undefined
      ? {}
      : { sessionToken: checkCredential(`${at}: credentials.sessionToken`, sessionToken) }),
  };
}
