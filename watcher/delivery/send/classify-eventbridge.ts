import {
  type EventBridgeResult,
  readEventBridgeError,
  readEventBridgeResult,
} from '../../../protocol/eventbridge/eventbridge-result.ts';
import { type Outcome, retry } from '../outcome.ts';
import { describeFailure } from './describe-failure.ts';

/** What one entry of a PutEvents answer means. */
export function classifyEntry(result: EventBridgeResult | undefined): Outcome {
  const verdict = readEventBridgeResult(result);
  if (verdict.kind === 'taken') return { kind: 'delivered', status: 200 };
  const reason = reasonOf(verdict.code);
  if (verdict.kind === 'malformed') return { kind: 'rejected', status: 200, reason };
  return verdict.kind === 'throttled' ? { ...retry(reason, 200), slowDown: true } : retry(reason, 200);
}

/** What a call that failed as a whole means to each of its entries. */
export function classifyCallFailure(error: unknown): Outcome {
  const status = statusOf(error);
  if (status === null) return retry(describeFailure(error));
  const { kind, code } = readEventBridgeError(error instanceof Error ? error.name : null);
  const failure = retry(reasonOf(code), status);
  return kind === 'throttled' || status === 429 ? { ...failure, slowDown: true } : failure;
}

/** HTTP status of an answer that the SDK turned into an exception; null when there was no answer. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}

function reasonOf(code: string | null): string {
  return `eventbridge ${code ?? 'failed'}`;
}
