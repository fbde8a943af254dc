import { type Outcome, retry } from '../outcome.ts';
import { describeFailure } from './describe-failure.ts';

/** What PutEvents says of one entry: an id when it was taken, a code when it was not. */
export type EntryResult = { readonly EventId?: string | undefined; readonly ErrorCode?: string | undefined };

const THROTTLED: ReadonlySet<string> = new Set(['ThrottlingException', 'TooManyRequestsException']);
/** The entry itself is at fault, and will be the next time. */
const MALFORMED: ReadonlySet<string> = new Set(['MalformedDetail', 'InvalidArgument', 'EntryTooLarge']);

const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/**
 * What one entry of a PutEvents answer means. A call can succeed while entries of it fail.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
 */
export function classifyEntry(result: EntryResult | undefined): Outcome {
  if (result?.EventId !== undefined) return { kind: 'delivered', status: 200 };
  const code = shortName(result?.ErrorCode);
  const reason = `eventbridge ${code}`;
  if (MALFORMED.has(code)) return { kind: 'rejected', status: 200, reason };
  return THROTTLED.has(code) ? { ...retry(reason, 200), slowDown: true } : retry(reason, 200);
}

/** What a call that failed as a whole means to each of its entries. */
export function classifyCallFailure(error: unknown): Outcome {
  const status = statusOf(error);
  if (status === null) return retry(describeFailure(error));
  const code = shortName(error instanceof Error ? error.name : undefined);
  const failure = retry(`eventbridge ${code}`, status);
  return THROTTLED.has(code) || status === 429 ? { ...failure, slowDown: true } : failure;
}

/** HTTP status of an answer that the SDK turned into an exception; null when there was no answer. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}

function shortName(name: string | undefined): string {
  return name !== undefined && NAME.test(name) ? name : 'failed';
}
