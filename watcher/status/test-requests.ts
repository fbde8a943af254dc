import type { Clock } from '../../settings/ambient/clock.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { SourceLog } from '../source/api/source-log.ts';
import type { ObjectStanding } from '../subscriptions/objects/object-standing.ts';
import { describeKind, failureKind } from './failure-kind.ts';
import type { LastTest } from './object-status.ts';
import { readObjectStatus } from './read-object-status.ts';
import { readyStatus } from './ready-verdict.ts';
import { statusTime } from './status-condition.ts';
import { createWriteAllowance } from './write-allowance.ts';

/** What came of a sample event; null: it was not sent, because the subscription is not delivered at this moment. */
export type SampleReport = {
  readonly outcome: 'delivered' | 'retry' | 'rejected' | 'gone';
  readonly status: number | null;
  /** As of an attempt; null for what was delivered. */
  readonly reason: string | null;
} | null;

/** What `offhook subscription test` writes; anything else is no request. */
const REQUEST = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const ONE_OBJECT_EVERY_MS = 60_000;
const ALL = { most: 1, inMs: 1_000 };

type Tested = {
  /** The value of the annotation that was honoured last. */
  readonly id: string;
  /** Monotonic; when something was sent last. */
  readonly atMs: number;
  /** null while it is under way, or where the object's own status has it. */
  readonly last: LastTest | null;
};

type TestRequestsDeps = {
  readonly clock: Clock;
  readonly log: SourceLog;
  readonly sendTest: (subscription: string) => Promise<SampleReport>;
};

interface TestRequests {
  /** Honours what is asked for, as far as there is room; what is too much has its turn later. */
  look(all: readonly ObjectStanding[]): void;
  /** What came of the last one; undefined: what the object's status says of it stands. */
  lastOf(uid: string): LastTest | undefined;
  forgetAll(): void;
}

/**
 * Sends a sample event for each value of the annotation `offhook.dev/test`, once: what `status.lastTest` names was sent,
 * also before a restart. One a minute an object and one a second in all.
 */
export function createTestRequests({ clock, log, sendTest }: TestRequestsDeps): TestRequests {
  const tested = new Map<string, Tested>();
  const allowance = createWriteAllowance(ALL, clock);

  function honour({ object, subscription, ready, ...standing }: ObjectStanding, id: string): void {
    const { uid } = object;
    const before = tested.get(uid);
    if (before?.id === id || readyStatus(ready.reason) === 'Unknown') return;
    if (readObjectStatus(object.status).lastTest?.id === id) {
      tested.set(uid, { id, atMs: before?.atMs ?? Number.NEGATIVE_INFINITY, last: null });
      return;
    }
    const answer = (message: string) =>
      tested.set(uid, {
        id,
        atMs: before?.atMs ?? Number.NEGATIVE_INFINITY,
        last: { id, time: statusTime(clock.nowMs()), message },
      });
    if (ready.reason !== 'Accepted' || subscription === null) return void answer(UNREADY);
    if (standing.suspended) return void answer(SUSPENDED);
    const nowMs = clock.monotonicMs();
    if (before !== undefined && nowMs - before.atMs < ONE_OBJECT_EVERY_MS) return;
    if (!allowance.take()) return;
    tested.set(uid, { id, atMs: nowMs, last: before?.last ?? null });
    log.info({ subscription }, 'a sample event is sent: somebody asked for it');
    void send(uid, id, subscription);
  }

  async function send(uid: string, id: string, subscription: string): Promise<void> {
    const report = await sendTest(subscription).catch((error: unknown) => {
      log.warn({ subscription, cause: messageOf(error) }, 'a sample event could not be made');
      return null;
    });
    const current = tested.get(uid);
    if (current?.id !== id) return;
    tested.set(uid, { ...current, last: { id, time: statusTime(clock.nowMs()), ...inWords(report) } });
  }

  return {
    look(all) {
      const there = new Set<string>();
      for (const standing of all) {
        const { uid, testRequest } = standing.object;
        there.add(uid);
        if (testRequest !== undefined && REQUEST.test(testRequest)) honour(standing, testRequest);
      }
      for (const uid of tested.keys()) if (!there.has(uid)) tested.delete(uid);
    },
    lastOf: (uid) => tested.get(uid)?.last ?? undefined,
    forgetAll: () => tested.clear(),
  };
}

/** Whether the receiver took the sample event; false also where none was sent. */
export function isSampleTaken({ class: failure, message }: LastTest): boolean {
  return failure === undefined && !message.startsWith(NOT_SENT_BEGINS);
}

const NOT_SENT_BEGINS = 'Nothing was sent:';
const UNREADY = `${NOT_SENT_BEGINS} the condition Ready is not True.`;
const SUSPENDED = `${NOT_SENT_BEGINS} spec.suspend is true.`;
const NOT_SENT = `${NOT_SENT_BEGINS} the subscription is not delivered at this moment. Ask again.`;
const TAKEN = 'The receiver took the sample event.';

function inWords(report: SampleReport): Pick<LastTest, 'statusCode' | 'class' | 'message'> {
  if (report === null) return { message: NOT_SENT };
  const { outcome, status, reason } = report;
  const code = status !== null && { statusCode: status };
  if (outcome === 'delivered') return { ...code, message: TAKEN };
  const failure = failureKind(outcome, reason ?? '');
  return {
    ...code,
    class: failure,
    message: `The receiver did not take the sample event: ${describeKind(failure)}.`,
  };
}
