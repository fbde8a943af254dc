import { parseHttpDate } from '../../../protocol/http/http-date.ts';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import { classifyStatus } from './api-status.ts';
import type { ApiClient } from './call-api.ts';
import type { EndingKind } from './ending.ts';
import { readAnswerBody } from './read-answer-body.ts';

export type ServerVersion =
  | {
      readonly kind: 'version';
      /** Such as `v1.36.0`; null when it does not tell. */
      readonly version: string | null;
      /** Wall time at the server, in whole seconds; null when it does not tell. */
      readonly serverMs: number | null;
      /** Wall time here, in the middle of asking. */
      readonly hereMs: number;
      readonly tripMs: number;
    }
  | { readonly kind: 'failed'; readonly cause: EndingKind; readonly message: string };

const MOST_BYTES = 64 * 1024;

/** Asks who answers, and what time it is there. @param signal the deadline; its reason is thrown. */
export async function askServerVersion(
  { cluster, clock }: ApiClient,
  signal: AbortSignal,
): Promise<ServerVersion> {
  const startedMs = clock.monotonicMs();
  try {
    const { status, date, body } = await cluster.request('/version', { signal });
    const tripMs = clock.monotonicMs() - startedMs;
    const hereMs = clock.nowMs() - tripMs / 2;
    const read = await readAnswerBody(body, MOST_BYTES);
    const value = read.kind === 'json' ? read.value : null;
    if (status !== 200) return failed(classifyStatus(status, value));
    if (!isRecord(value))
      return failed({ kind: 'malformed', message: `${cluster.server} is no Kubernetes API server` });
    const serverMs = parseHttpDate(date ?? '');
    return { kind: 'version', version: text(value.gitVersion), serverMs, hereMs, tripMs };
  } catch (error) {
    signal.throwIfAborted();
    return failed({ kind: 'connection', message: messageOf(error) });
  }
}

function failed({ kind, message }: { readonly kind: EndingKind; readonly message: string }): ServerVersion {
  return { kind: 'failed', cause: kind, message };
}
