import type {
  ContainerEvent,
  PostStopAmendedEvent,
  PostStopEvent,
  PreStopEvent,
} from '../../../protocol/event/lifecycle-event.ts';
import { counted } from '../../../settings/counted.ts';
import { RetryLater } from '../../hooks/attempt-failure.ts';
import type { Handler, HandlerContext } from '../../hooks/handler.ts';
import type { Hooks } from '../../hooks/hooks.ts';
import { checkEndpoint } from '../../hooks/http-url.ts';
import type { HandlerEnvironment } from '../../hooks/register-handlers.ts';
import type { KnownEvent } from '../../ordering/known-event.ts';
import type { S3Bucket, S3Exchange } from '../../s3/call-s3.ts';
import { deleteMany } from '../../s3/delete-many.ts';
import { listObjects } from '../../s3/list-objects.ts';
import { S3Error } from '../../s3/s3-error.ts';
import { checkCredential, checkRegion } from '../../sigv4/check-aws-settings.ts';
import { type EventTemplate, parseEventTemplate } from './event-template.ts';
import { optionalVariable, requiredVariable, type Vars } from './variable.ts';
import { readAs, together } from './variable-error.ts';

type StopEvent = PreStopEvent | PostStopEvent | PostStopAmendedEvent;

/** A run whose end is requested in one of these ways ends with its Pod; `killing` may be a restart. */
const POD_ENDS: ReadonlySet<string | null> = new Set(['podDeleted', 'evicted', 'vanished']);
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * `delete-objects`, at preStop and postStop: once a container has ended together with its Pod, deletes the Pod's objects in an S3-compatible
 * bucket: all whose key begins with `S3_PREFIX`. A restart deletes nothing. The two events can come in either order, and
 * whichever is second finds both.
 *
 * Where no bucket is set, or it is registered already, it is not registered.
 *
 * @throws VariableError naming the faulty variables.
 */
export function registerDeleteObjects(hooks: Hooks, { vars }: HandlerEnvironment): void {
  // Whoever imports it for the Worker may deploy the same to where the platform brings it along.
  if (optionalVariable(vars, 'S3_BUCKET') === undefined || hooks.has('delete-objects')) return;
  const options = {
    name: 'delete-objects',
    ordered: true,
    timeoutMs: 300_000,
    attempts: 10,
    retryMs: 5_000,
  };
  hooks.on(['preStop', 'postStop'], {}, createDeleteObjects(vars), options);
}

function createDeleteObjects(vars: Vars): Handler<StopEvent> {
  const [bucket, prefix] = together(
    () => openBucket(vars),
    () =>
      readAs('S3_PREFIX', () => parsePrefix('S3_PREFIX', requiredVariable(vars, 'S3_PREFIX', 'S3_BUCKET'))),
  );
  return async function deleteObjects(event, ctx) {
    const { run } = await ctx.latest();
    if (!hasEndedWithPod(event, run)) return;
    const deleted = await deleteAll(bucket, ctx, prefix.fill(event, checkSegment)).catch(leaveAlone);
    ctx.log.info({ deleted }, 'deleted the objects of a Pod');
  };
}

/** A Job's container that succeeded is not started again, whatever its restart policy. */
function hasEndedWithPod({ data }: ContainerEvent, run: readonly KnownEvent[]): boolean {
  const ended = run.some(({ hook }) => hook === 'postStop');
  const requested = run.some(({ hook, trigger }) => hook === 'preStop' && POD_ENDS.has(trigger));
  const jobDone =
    data.pod.owner?.kind === 'Job' &&
    data.container.kind === 'app' &&
    run.some(({ hook, exitCode }) => hook === 'postStop' && exitCode === 0);
  return jobDone || (ended && requested);
}

/**
 * Page by page, so that a run that is cut short at its deadline has made progress.
 *
 * @returns how many.
 */
async function deleteAll(bucket: S3Bucket, ctx: HandlerContext, prefix: string): Promise<number> {
  const exchange: S3Exchange = {
    fetch: (url, init) => ctx.fetch(url, { ...init, throwOnStatus: false }),
    at: ctx.startedAt,
  };
  let deleted = 0;
  const failed: string[] = [];
  let from: string | null = null;
  do {
    ctx.signal.throwIfAborted();
    const { keys, next } = await listObjects(bucket, exchange, { prefix, from });
    // A store that ignores the prefix would have us delete everything.
    if (!keys.every((key) => key.startsWith(prefix)))
      throw new Error('the store listed objects outside the prefix');
    const errors = keys.length === 0 ? [] : await deleteMany(bucket, exchange, keys);
    failed.push(...errors);
    deleted += keys.length - errors.length;
    if (next !== null && next === from) throw new Error('the listing does not get any further');
    from = next;
  } while (from !== null);
  if (failed.length === 0) return deleted;
  const codes = [...new Set(failed)].slice(0, 3).join(', ');
  throw new Error(
    `of ${failed.length + deleted} objects ${counted(failed.length, 'was', 'were')} not deleted: ${codes}`,
  );
}

/** For as long as the store asks for. */
function leaveAlone(error: unknown): never {
  throw error instanceof S3Error && error.afterMs > 0 ? new RetryLater(error.message, error.afterMs) : error;
}

function openBucket(vars: Vars): S3Bucket {
  const credential = (name: string) => () =>
    readAs(name, () => checkCredential(name, requiredVariable(vars, name, 'S3_BUCKET')));
  const withSession = optionalVariable(vars, 'S3_SESSION_TOKEN') !== undefined;
  const given = optionalVariable(vars, 'S3_ENDPOINT');
  const [bucket, region, endpoint, accessKeyId, secretAccessKey, sessionToken] = together(
    () => readAs('S3_BUCKET', () => checkBucket(requiredVariable(vars, 'S3_BUCKET', 'S3_BUCKET'))),
    () =>
      readAs('S3_REGION', () => checkRegion('S3_REGION', optionalVariable(vars, 'S3_REGION') ?? 'us-east-1')),
    () =>
      given === undefined ? undefined : readAs('S3_ENDPOINT', () => checkEndpoint('S3_ENDPOINT', given)),
    credential('S3_ACCESS_KEY_ID'),
    credential('S3_SECRET_ACCESS_KEY'),
    withSession ? credential('S3_SESSION_TOKEN') : () => undefined,
  );
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  const url = `${endpoint ?? `https://s3.${region}.amazonaws.com`}/${bucket}/`;
  return { url, region, credentials: async () => credentials };
}

function checkBucket(name: string): string {
  if (BUCKET.test(name)) return name;
  throw new TypeError('S3_BUCKET must be the name of a bucket');
}

/**
 * A prefix that means one Pod: with the UID, because the next Pod may have the same name, and closed by a slash, because
 * `web-1` is the beginning of `web-10` too.
 */
function parsePrefix(name: string, text: string): EventTemplate {
  const template = parseEventTemplate(name, text);
  if (!template.uses.has('podUid')) throw new TypeError(`${name} must contain {podUid}`);
  if (!text.endsWith('/')) throw new TypeError(`${name} must end with "/"`);
  return template;
}

/** Keys have no escaping: a slash in a name would reach another Pod's objects. */
function checkSegment(value: string): string {
  if (value === '' || value.includes('/')) throw new Error('a name in the event cannot be part of a prefix');
  return value;
}
