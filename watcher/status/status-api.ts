import type { Clock } from '../../settings/ambient/clock.ts';
import { canI } from '../source/api/permission.ts';
import { sendWrite, type WriteAnswer } from '../source/api/send-write.ts';
import type { SourceLog } from '../source/api/source-log.ts';
import type { ClusterAccess } from '../source/cluster/cluster-access.ts';
import type { ObjectKind, ObjectReference } from '../subscriptions/objects/object-standing.ts';
import { OBJECT_API, statusPath, statusPermission } from './object-path.ts';
import type { ObjectStatus } from './object-status.ts';
import type { DueStatus } from './status-ledger.ts';
import { type WriteResult, writeResultOf } from './write-result.ts';

const DEADLINE_MS = 10_000;
/** A CRD that was of an older version may be a newer one now. */
const UNDECLARED_FOR_MS = 600_000;
/** Without these a status says nothing. */
const INDISPENSABLE: ReadonlySet<string> = new Set(['conditions', 'observedGeneration']);
/** How an API server says that the CRD does not know a field that is applied; with the status 500. */
const UNDECLARED = /\.status\.(\w+)[^:]*: field not declared in schema/;

type WrittenStatus = {
  readonly result: WriteResult;
  /** Of the object since then; null where nothing was written. */
  readonly resourceVersion: string | null;
  /** The server asked for so much patience; null where it did not. */
  readonly retryAfterMs: number | null;
};

interface StatusApi {
  /** Applies a status, in one attempt of at most ten seconds. Never rejects. */
  apply(due: DueStatus, signal: AbortSignal): Promise<WrittenStatus>;
  /** A status without what the CRD of the cluster was found not to know: Helm never updates one. */
  declared(object: Pick<ObjectReference, 'kind'>, status: ObjectStatus): ObjectStatus;
}

/**
 * Writes status by server-side apply. Whoever else wrote some of it is overruled: it is what Offhook found. The UID goes
 * along: where the server heeds it, an object that was deleted and created again gets nothing of the one before.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function createStatusApi({
  cluster,
  clock,
  log,
}: {
  readonly cluster: ClusterAccess;
  readonly clock: Clock;
  readonly log: SourceLog;
}): StatusApi {
  /** `kind field`, until when. */
  const undeclared = new Map<string, number>();
  const told = new Set<string>();

  function tellOnce(key: string, details: object, message: string): void {
    if (told.has(key)) return;
    told.add(key);
    log.warn(details, message);
  }

  /** Whether it was refused for a field that it can do without. */
  function learnUndeclared(kind: ObjectKind, said: string): boolean {
    const field = UNDECLARED.exec(said)?.[1];
    if (field === undefined || INDISPENSABLE.has(field)) return false;
    undeclared.set(`${kind} ${field}`, clock.monotonicMs() + UNDECLARED_FOR_MS);
    const message = 'the CRD in the cluster is of an older version: this field of the status is left out';
    tellOnce(`${kind} ${field}`, { kind, field }, message);
    return true;
  }

  function resultOf(object: ObjectReference, answer: WriteAnswer): WriteResult {
    if (answer.kind === 'written') return 'written';
    if (answer.kind === 'noAnswer') return 'noAnswer';
    if (answer.status === 500 && learnUndeclared(object.kind, answer.said)) return 'refused';
    const isOther = answer.status === 422 && answer.said.includes('metadata.uid');
    const result = isOther ? 'conflict' : writeResultOf(answer.status);
    if (result === 'forbidden') {
      const check = canI(statusPermission({ ...object, namespace: object.namespace }));
      const message = `status cannot be written; check with: ${check} (as the same identity), and grant patch`;
      tellOnce(`forbidden ${object.kind}`, { kind: object.kind, cause: answer.message }, message);
    } else if (result === 'refused') {
      tellOnce(
        `refused ${object.kind}`,
        { kind: object.kind, cause: answer.message },
        'a status was refused',
      );
    }
    return result;
  }

  return {
    declared(object, status) {
      const nowMs = clock.monotonicMs();
      const fields = Object.entries(status).filter(
        ([field]) => (undeclared.get(`${object.kind} ${field}`) ?? 0) <= nowMs,
      );
      return Object.fromEntries(fields) as ObjectStatus;
    },
    async apply({ object, status }, signal) {
      const { kind, namespace, name, uid } = object;
      const metadata = { name, ...(namespace !== null && { namespace }), uid };
      const path = `${statusPath(object)}?fieldManager=offhook&force=true`;
      const answer = await sendWrite({ cluster, clock }, path, {
        method: 'PATCH',
        contentType: 'application/apply-patch+yaml',
        body: { apiVersion: OBJECT_API.version, kind, metadata, status },
        deadlineMs: DEADLINE_MS,
        signal,
      });
      const result = resultOf(object, answer);
      if (result !== 'written')
        log.debug({ kind, namespace, name, result }, 'a status was not written; the next one is tried later');
      return {
        result,
        resourceVersion: answer.kind === 'written' ? answer.resourceVersion : null,
        retryAfterMs: answer.kind === 'refused' ? answer.retryAfterMs : null,
      };
    },
  };
}
