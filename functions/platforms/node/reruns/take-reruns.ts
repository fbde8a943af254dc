import { describeError } from '../../../../settings/ambient/describe-error.ts';
import { type RerunDeps, rerunHandlers } from '../../../consumer/rerun-handler.ts';
import type { RerunInbox } from './rerun-inbox.ts';

/** In a second, as over HTTP. */
const RERUNS_A_SECOND = 5;
const LONGEST_NAME = 200;

/**
 * Takes what is left in the inbox, a few at a time: call it every second, and not before the round before has ended. What
 * cannot be recorded stays there for the next one.
 *
 * @returns resolves when they are answered; never rejects.
 */
export function createTakeReruns(inbox: RerunInbox, deps: RerunDeps): () => Promise<void> {
  const round = async () => {
    // One by one: each has its own asker, and there are few.
    for (const { id, claimedBy, ...wanted } of inbox.waiting(RERUNS_A_SECOND)) {
      const asker = {
        how: 'dataDir',
        by: null,
        claimedBy: claimedBy?.slice(0, LONGEST_NAME) ?? null,
      } as const;
      const [rerun] = await rerunHandlers(deps, [wanted], asker);
      const kind = rerun?.kind ?? 'notQueued';
      inbox.answer(id, kind);
      deps.log.info(
        { ...wanted, by: claimedBy, answer: kind },
        'a handler was asked for in the data directory',
      );
    }
  };

  return async () => {
    try {
      await round();
    } catch (error) {
      deps.log.error(
        { cause: describeError(error) },
        'could not run handlers again; what was asked for stays',
      );
    }
  };
}
