import type { Digest } from '../../protocol/bytes/sha256.ts';
import type { Signer } from '../../protocol/signature/sign.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import type { AuditTrail } from '../timeline/audit-entry.ts';
import type { RerunLog } from '../timeline/rerun-log.ts';
import type { RunLog } from '../timeline/run-log.ts';
import { type AppendGroupDeps, createAppendGroup } from './append-group.ts';
import { canonicalJson } from './canonical-json.ts';
import { createGroupedAppends } from './grouped-appends.ts';
import { createPruneStream } from './prune-stream.ts';
import { recordIdOf } from './record-id.ts';
import type { RecordContent } from './stored-record.ts';

type AuditTrailDeps = AppendGroupDeps & {
  /** Milliseconds since the epoch. */
  readonly clock: Clock;
  /** How many records the store takes at once. @default 25 */
  readonly groupRecords?: number;
  /** What bodies are hashed with. @default Web Crypto's */
  readonly digest?: Digest | undefined;
};

/** Writes the audit trail: events, handler runs and wishes for them, and what is removed from it. */
export type AuditWriter = AuditTrail &
  RunLog &
  RerunLog & {
    /**
     * Removes what was recorded before that moment (epoch milliseconds) from the beginning of a chain, and leaves a
     * record of it, signed where there is a key of the checkpoints. Says how many records went. Safe to repeat, also
     * after a crash.
     *
     * @throws RangeError for a moment that is to come.
     */
    prune(stream: string, olderThanMs: number, signer?: Signer | null): Promise<number>;
  };

/**
 * The one writer of the audit trail: every record goes to the end of its stream's chain, once. Several may write to one
 * store at the same time, from any number of processes.
 *
 * On Workers a trail belongs to one invocation, because promises must not wait for another invocation's I/O.
 */
export function createAuditTrail(deps: AuditTrailDeps): AuditWriter {
  const { clock, groupRecords } = deps;
  const append = createGroupedAppends({
    appendGroup: createAppendGroup(deps),
    clock,
    ...(groupRecords && { groupRecords }),
  });
  const handled = (content: Extract<RecordContent, { readonly kind: 'run' | 'rerun' }>) =>
    append(content.stream, { recordId: recordIdOf(content), content: canonicalJson(content) });
  return {
    digest: deps.digest,
    append: async ({ facts, body }) => {
      const content = canonicalJson({ kind: 'event', ...facts } satisfies RecordContent);
      await append(facts.stream, { recordId: facts.eventId, content, body });
    },
    recordRun: (run) => handled({ kind: 'run', ...run }),
    recordReruns: async (reruns) => {
      await Promise.all(reruns.map((rerun) => handled({ kind: 'rerun', ...rerun })));
    },
    prune: createPruneStream({ store: deps.store, append, clock: deps.clock }),
  };
}
