import { createSqlHandlerFailures } from '../../functions/audit/sql/sql-handler-failures.ts';
import type { Rerun } from '../../functions/consumer/rerun-handler.ts';
import { createRerunInbox, type RerunInbox } from '../../functions/platforms/node/reruns/rerun-inbox.ts';
import { rerunRefusal } from '../../functions/recovery/rerun-refusal.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import { openReceiverDatabase } from '../audit/receiver-database.ts';
import type { Asked, FailureSource } from './failure-source.ts';

const POLL_MS = 200;
/** A receiver that runs takes the first ones within a second or two. */
const TAKEN_WITHIN_MS = 5_000;

/**
 * The handlers of a receiver on Node, by its data directory. What is to run again is left there for the receiver, which
 * alone works on its queue: one that runs takes it within seconds, another one when it starts.
 *
 * @param claimedBy who is said to ask.
 * @throws AuditSourceError when it cannot be opened.
 */
export function openDatabaseFailures(
  dataDir: string,
  { claimedBy, stop }: { readonly claimedBy: string; readonly stop: AbortSignal },
): FailureSource {
  const reading = openReceiverDatabase(dataDir, 'read');
  const { list } = createSqlHandlerFailures(reading.sql);
  let writing: ReturnType<typeof openReceiverDatabase> | null = null;
  let isTaken = true;

  return {
    list: (filter, page) => list(filter, page),
    rerun: async (handlers) => {
      writing ??= openReceiverDatabase(dataDir, 'write');
      const { database, translated } = writing;
      const inbox = translated(() => createRerunInbox(database));
      const ids = translated(() => inbox.leave(handlers, claimedBy, systemClock.nowMs()));
      const answers = () => translated(() => inbox.answers(ids));
      const found = isTaken ? await answered(answers, ids, stop) : answers();
      isTaken = found.size > 0;
      return ids.map((id) => askedOf(found.get(id)));
    },
    close: () => {
      reading.database.close();
      writing?.database.close();
    },
  };
}

/** What is answered once all of them are, or nobody answers. */
async function answered(
  read: () => ReturnType<RerunInbox['answers']>,
  ids: readonly number[],
  stop: AbortSignal,
): Promise<ReturnType<RerunInbox['answers']>> {
  let answers = read();
  let giveUpAtMs = systemClock.monotonicMs() + TAKEN_WITHIN_MS;
  while (answers.size < ids.length && systemClock.monotonicMs() < giveUpAtMs && !stop.aborted) {
    await delay(systemClock, POLL_MS, stop);
    const now = read();
    // It goes on as long as somebody answers.
    if (now.size > answers.size) giveUpAtMs = systemClock.monotonicMs() + TAKEN_WITHIN_MS;
    answers = now;
  }
  return answers;
}

function askedOf(kind: Rerun['kind'] | undefined): Asked {
  if (kind === undefined) return { kind: 'waiting' };
  return kind === 'queued' ? { kind } : { kind: 'refused', why: rerunRefusal(kind).message };
}
