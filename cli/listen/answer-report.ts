import { systemClock } from '../../settings/ambient/clock.ts';
import { counted } from '../../settings/counted.ts';
import type { AttemptReport, DeliveryObserver } from '../../watcher/delivery/delivery-observer.ts';
import type { DeliveryEvent } from '../../watcher/delivery/delivery-store.ts';
import type { CommandIo } from '../command/command-io.ts';
import { readFailure } from '../doctor/subscriptions/read-failure.ts';
import { answerMeaning } from '../send/answer-meaning.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { deliveryLine, eventInWords } from '../watch/delivery-line.ts';

/** Of so many kinds of answers the meaning is told, each once. */
const MOST_MEANINGS = 100;

type AnswerReport = DeliveryObserver & {
  /** What there was to forward, in one sentence. */
  summary(): string;
};

/** Prints a line for each event with its answer and, the first time that something goes wrong so, what that means. */
export function createAnswerReport({ json }: { readonly json: boolean }, io: CommandIo): AnswerReport {
  const { stdout, stderr, env } = io;
  const colour = stdout.isTTY === true && !env.NO_COLOR;
  const explained = new Set<string>();
  let taken = 0;
  let refused = 0;

  function explain(answer: string, { status }: AttemptReport): void {
    if (explained.has(answer) || explained.size >= MOST_MEANINGS) return;
    explained.add(answer);
    const [, code = null] = answer.split(' ');
    const meaning = status === null ? readFailure(answer).hints[0] : answerMeaning(status, code);
    if (meaning !== undefined) stderr.write(`  ${answer}: ${meaning}\n`);
  }

  return {
    onAttempt(report, event) {
      const nowMs = systemClock.nowMs();
      const answer = answerOf(report);
      const isTaken = report.outcome === 'delivered';
      if (isTaken) taken += 1;
      else refused += 1;
      if (json) stdout.write(jsonLine(asRecord(report, event, nowMs)));
      else {
        const result = `${answer} in ${Math.round(report.durationMs)} ms`;
        const told = { nowMs, to: null, result, next: report.next, colour };
        stdout.write(`${deliveryLine(event, told)}\n`);
      }
      if (!isTaken) explain(answer, report);
    },
    summary: () => `Forwarded ${counted(taken + refused, 'event')}: ${taken} taken, ${refused} not.`,
  };
}

/** `202`, `401 bad_signature`, `connect ECONNREFUSED`. */
function answerOf({ status, reason }: AttemptReport): string {
  if (reason === null) return String(status ?? 'taken');
  // What follows a comma is about further attempts, of which there are none.
  const [why = reason] = reason.split(', ', 1);
  return status === null ? why : why.replace(/^http /, '');
}

function asRecord(report: AttemptReport, event: DeliveryEvent, nowMs: number) {
  const { hook, subject } = eventInWords(event);
  const { eventId: id, status, outcome, durationMs } = report;
  const reason = report.reason === null ? null : answerOf(report);
  const time = new Date(nowMs).toISOString();
  const taken = outcome === 'delivered';
  return { time, id, hook, subject, taken, status, reason, durationMs: Math.round(durationMs) };
}
