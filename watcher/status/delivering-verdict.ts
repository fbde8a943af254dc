import { counted } from '../../settings/counted.ts';
import type { ObjectStanding } from '../subscriptions/objects/object-standing.ts';
import type { DeliveryStanding } from './delivery-standing.ts';
import { describeKind, type FailureKind } from './failure-kind.ts';
import { readyStatus } from './ready-verdict.ts';
import type { Verdict } from './status-condition.ts';
import type { WaitingReport } from './waiting-reports.ts';

type Circumstances = Pick<ObjectStanding, 'ready' | 'suspended'> &
  Pick<DeliveryStanding, 'failing' | 'judged'> & {
    /** The receiver ended the subscription, and nobody enabled it again. */
    readonly gone: boolean;
    /** What waits goes out more slowly than it could, or did within the last minute. */
    readonly throttled: boolean;
    readonly waiting: WaitingReport;
    /** Of the last failure, also of an earlier run. */
    readonly lastClass: FailureKind | null;
    /** Reason of the condition as it was; null: there was none. */
    readonly beforeReason: string | null;
    readonly everDelivered: boolean;
    /** Wall time. */
    readonly nowMs: number;
  };

/** An event that waits for longer makes a backlog, until none waits for longer than {@link CLEARED_MS}. */
const BACKLOG_MS = 300_000;
const CLEARED_MS = 60_000;

/**
 * The condition `Delivering`: whether what the subscription wants arrives. The first row that holds is told.
 *
 * | reason | status | holds while |
 * |---|---|---|
 * | `ReceiverGone` | False | the receiver ended the subscription (410): nothing is even queued |
 * | that of `Ready` | False, Unknown for `Pending` | the object is not accepted: nothing goes out |
 * | `Suspended` | False | `spec.suspend` |
 * | `ReceiverFailing` | False | the receiver takes nothing, as its last attempts say; after a restart the object itself, until one was made |
 * | `Throttled` | True | what waits, waits for a pause that the receiver asked for, or for a rate; until a minute after |
 * | `Backlogged` | True | the oldest event has waited for 5 minutes, until none has for one |
 * | `NoEventYet` | Unknown | nothing was ever delivered |
 * | `Delivering` | True | otherwise |
 */
export function deliveringVerdict(circumstances: Circumstances): Verdict {
  const { ready, suspended, gone, throttled } = circumstances;
  if (gone) return verdict('False', 'ReceiverGone', GONE);
  const status = readyStatus(ready.reason);
  if (status !== 'True') return verdict(status, ready.reason, UNREADY);
  if (suspended) return verdict('False', 'Suspended', SUSPENDED);
  const failing = failingAs(circumstances);
  if (failing !== null) return verdict('False', 'ReceiverFailing', failingMessage(failing));
  if (throttled) return verdict('True', 'Throttled', THROTTLED);
  if (isBacklogged(circumstances)) return verdict('True', 'Backlogged', BACKLOGGED);
  if (!circumstances.everDelivered) return verdict('Unknown', 'NoEventYet', NO_EVENT);
  return verdict('True', 'Delivering', DELIVERING);
}

const GONE =
  'The receiver ended the subscription (410 Gone). Nothing is queued for it until somebody runs: offhook journal enable';
const UNREADY = 'Nothing goes out until the condition Ready is True.';
const SUSPENDED = 'spec.suspend is true: events are kept, and go out when it is false.';
const THROTTLED =
  'What waits goes out more slowly: the receiver asked for a pause, or the rate that is allowed is used up.';
const BACKLOGGED = `The oldest event has waited for more than ${counted(BACKLOG_MS / 60_000, 'minute')}.`;
const NO_EVENT = 'No event has been delivered yet.';
const DELIVERING = 'Events are delivered.';

function failingMessage(failure: FailureKind | 'unknown'): string {
  const why = failure === 'unknown' ? '' : ` (${describeKind(failure)})`;
  return `The receiver takes nothing${why}. Events wait, and one at a time is tried.`;
}

function failingAs({ failing, judged, lastClass, beforeReason, waiting }: Circumstances) {
  if (failing !== null) return failing;
  const isCarried = beforeReason === 'ReceiverFailing' && !judged && waiting.pending > 0;
  return isCarried ? (lastClass ?? 'unknown') : null;
}

function isBacklogged({ waiting, beforeReason, nowMs }: Circumstances): boolean {
  if (waiting.oldestMs === null) return false;
  return nowMs - waiting.oldestMs > (beforeReason === 'Backlogged' ? CLEARED_MS : BACKLOG_MS);
}

function verdict(status: Verdict['status'], reason: string, message: string): Verdict {
  return { status, reason, message };
}
