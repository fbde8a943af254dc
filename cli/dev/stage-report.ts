import type { WorkerdReceiver } from '../../functions/platforms/cloudflare/local/miniflare.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import type { AttemptReport } from '../../watcher/delivery/delivery-observer.ts';
import type { JournalledEvent } from '../../watcher/ingest/lifecycle-journal.ts';
import { type EventStage, formatStage, hasFailed } from './event-stage.ts';
import { createNeighbourTally } from './neighbour-tally.ts';
import { createOrderedLines } from './ordered-lines.ts';

/** How often the functions are asked what they have handled. */
const POLL_MS = 100;
/** After a look that failed: long enough to hear of a Ctrl-C that ended the functions first. */
const FAILED_POLL_MS = 1_000;
const ENTRIES_POLLED = 200;
/** Of the neighbours, one line in this time. */
const TALLY_EVERY_MS = 15_000;
/** For how long what happened earlier may still be heard of: the functions are asked now and then, and watched always. */
const HOLD_MS = 400;
/** Events whose time of being seen is remembered: many times what is under way at once. */
const MOST_SEEN = 1_000;

/** Prints each event as it is seen, delivered and handled, in the order of time, and knows what has been handled. */
export type StageReport = {
  onStored(events: readonly JournalledEvent[]): void;
  onAttempt(report: AttemptReport): void;
  /** Prints what somebody says now. */
  say(text: string): void;
  /** Starts asking the functions; returns what ends it. */
  follow(): () => Promise<void>;
  /** Whether all handlers of this hook of this Pod have run, and that was printed. */
  handled(hook: string, podName: string): boolean;
};

/** @param options `neighbours`: namespaces of which only sums are printed, and what goes wrong. */
export function createStageReport(options: {
  readonly write: (line: string) => void;
  readonly receiver: Pick<WorkerdReceiver, 'auditRows'>;
  readonly clock: Clock;
  readonly colour: boolean;
  readonly neighbours?: readonly string[];
}): StageReport {
  const { write, receiver, clock, colour, neighbours = [] } = options;
  const tally = createNeighbourTally(TALLY_EVERY_MS);
  const lines = createOrderedLines({ write, clock, holdMs: HOLD_MS });
  const say = (text: string): void => lines.add(clock.nowMs(), text);
  const print = (stage: EventStage, onWritten?: () => void): void => {
    if (!isNeighbour(stage.name) || hasFailed(stage))
      lines.add(stage.atMs, formatStage(stage, colour), onWritten);
    else if (stage.kind === 'seen') tally.seen(stage.hook);
    else tally[stage.kind]();
  };
  const isNeighbour = (name: string): boolean => neighbours.includes(name.split('/')[0] ?? '');
  /** Newest events by id, with when they were seen. */
  const seen = new Map<string, { hook: string; name: string; seenAtMs: number }>();
  /** Of the entries looked at last, how many runs are told. */
  let runsPrinted = new Map<string, number>();
  const done = new Set<string>();

  const poll = async (): Promise<void> => {
    const runsNow = new Map<string, number>();
    for (const entry of await receiver.auditRows(ENTRIES_POLLED)) {
      const printed = runsPrinted.get(entry.eventId) ?? 0;
      const name = [entry.namespace, entry.pod, entry.container].filter((part) => part !== null).join('/');
      const event = { hook: entry.hook, name };
      for (const run of entry.runs.slice(printed)) {
        const { handler, outcome, attempt, startedAtMs, finishedAtMs, error } = run;
        const sinceSeenMs = finishedAtMs - (seen.get(entry.eventId)?.seenAtMs ?? entry.receivedAtMs);
        const stage = {
          kind: 'handled',
          ...event,
          handler,
          outcome,
          attempt,
          error,
          durationMs: finishedAtMs - startedAtMs,
          sinceSeenMs,
          atMs: finishedAtMs,
        } as const;
        print(stage, () => done.add(`${entry.hook} ${entry.pod}`));
      }
      runsNow.set(entry.eventId, entry.runs.length);
    }
    runsPrinted = runsNow;
    const line = tally.line(clock.nowMs());
    if (line !== null) say(line);
  };

  return {
    say,
    onStored(events) {
      for (const { event, body } of events) {
        const { subject, data } = JSON.parse(new TextDecoder().decode(body));
        const seenAtMs = clock.nowMs();
        seen.set(event.id, { hook: event.hook, name: subject, seenAtMs });
        for (const [oldest] of seen) {
          if (seen.size <= MOST_SEEN) break;
          seen.delete(oldest);
        }
        print({
          kind: 'seen',
          hook: event.hook,
          name: subject,
          observation: data.observation ?? '',
          detail: detailOf(data),
          atMs: seenAtMs,
        });
      }
    },
    onAttempt({ eventId, outcome, reason, status, durationMs, attempt }) {
      const event = seen.get(eventId);
      if (!event) return;
      const { hook, name, seenAtMs } = event;
      const nowMs = clock.nowMs();
      print({
        kind: 'delivered',
        hook,
        name,
        outcome,
        reason,
        status,
        durationMs,
        attempt,
        sinceSeenMs: nowMs - seenAtMs,
        atMs: nowMs,
      });
    },
    follow() {
      const stop = new AbortController();
      let failing = false;
      const loop = async (): Promise<void> => {
        while (!stop.signal.aborted) {
          // Ctrl-C ends workerd as well, before we hear of it: a failed look counts only if the next one fails too.
          const failed = await poll().then(
            () => false,
            () => true,
          );
          if (failed && failing && !stop.signal.aborted)
            say('The functions do not answer any more; press Ctrl-C and start again.');
          if (failed && failing) return;
          failing = failed;
          await delay(clock, failed ? FAILED_POLL_MS : POLL_MS, stop.signal);
        }
      };
      const running = loop();
      return async () => {
        stop.abort();
        await running;
        lines.end();
      };
    },
    handled: (hook, podName) => done.has(`${hook} ${podName}`),
  };
}

function detailOf(data: {
  exit?: { code: number | null; reason: string | null };
  stop?: { trigger: string };
}): string {
  if (data.stop) return data.stop.trigger;
  if (!data.exit) return '';
  const code = data.exit.code === null ? 'exit code unknown' : `exit ${data.exit.code}`;
  return data.exit.reason ? `${code} ${data.exit.reason}` : code;
}
