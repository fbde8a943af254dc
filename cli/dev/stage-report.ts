import type { Clock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import { every } from '../../settings/ambient/every.ts';
import type { AttemptReport } from '../../watcher/delivery/delivery-observer.ts';
import type { JournalledEvent } from '../../watcher/ingest/lifecycle-journal.ts';
import { type EventStage, formatStage, hasFailed } from './event-stage.ts';
import { readHandlerLine } from './handler-line.ts';
import { createNeighbourTally } from './neighbour-tally.ts';
import { createOrderedLines } from './ordered-lines.ts';

/** How often the functions are asked whether they are there. */
const LOOK_MS = 5_000;
/** After a look that failed: long enough to hear of a Ctrl-C that ended the functions first. */
const FAILED_LOOK_MS = 1_000;
/** How often the sums of the neighbours may be due. */
const SUM_MS = 500;
/** Of the neighbours, one line in this time. */
const TALLY_EVERY_MS = 15_000;
/** For how long what happened earlier may still be heard of: what the functions log passes through another process. */
const HOLD_MS = 400;
/** Events whose time of being seen is remembered: many times what is under way at once. */
const MOST_SEEN = 1_000;

/** Prints each event as it is seen, delivered and handled, in the order of time, and knows what has been handled. */
export type StageReport = {
  onStored(events: readonly JournalledEvent[]): void;
  onAttempt(report: AttemptReport): void;
  /** Prints what somebody says now. */
  say(text: string): void;
  /** A line of the functions' log. */
  onLog(line: string): void;
  /** Starts asking whether the functions are there, and the sums; returns what ends it. */
  follow(look: () => Promise<unknown>): () => Promise<void>;
  /** Whether a handler of this hook of this Pod has run, and that was printed. */
  handled(hook: string, podName: string): boolean;
};

/** @param options `neighbours`: namespaces of which only sums are printed, and what goes wrong. */
export function createStageReport(options: {
  readonly write: (line: string) => void;
  readonly clock: Clock;
  readonly colour: boolean;
  readonly neighbours?: readonly string[];
}): StageReport {
  const { write, clock, colour, neighbours = [] } = options;
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
  const done = new Set<string>();

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
    onLog(line) {
      const run = readHandlerLine(line);
      const event = run === null ? undefined : seen.get(run.eventId);
      if (run === null || event === undefined) return;
      const { hook, name, seenAtMs } = event;
      const nowMs = clock.nowMs();
      const stage = {
        kind: 'handled',
        hook,
        name,
        ...run,
        sinceSeenMs: nowMs - seenAtMs,
        atMs: nowMs,
      } as const;
      print(stage, () => done.add(`${hook} ${podOf(name)}`));
    },
    follow(look) {
      const stop = new AbortController();
      let failing = false;
      const loop = async (): Promise<void> => {
        while (!stop.signal.aborted) {
          // Ctrl-C ends workerd as well, before we hear of it: a failed look counts only if the next one fails too.
          const failed = await look().then(
            () => false,
            () => true,
          );
          if (failed && failing && !stop.signal.aborted)
            say('The functions do not answer any more; press Ctrl-C and start again.');
          if (failed && failing) return;
          failing = failed;
          await delay(clock, failed ? FAILED_LOOK_MS : LOOK_MS, stop.signal);
        }
      };
      const running = loop();
      const sums = every(clock, SUM_MS, () => {
        const line = tally.line(clock.nowMs());
        if (line !== null) say(line);
      });
      return async () => {
        sums();
        stop.abort();
        await running;
        lines.end();
      };
    },
    handled: (hook, podName) => done.has(`${hook} ${podName}`),
  };
}

/** `web` of `default/web/app`. */
function podOf(subject: string): string {
  return subject.split('/')[1] ?? '';
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
