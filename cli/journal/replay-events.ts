import { systemClock } from '../../settings/ambient/clock.ts';
import { readHolder } from '../../watcher/journal/database/journal-lock.ts';
import { createWriter } from '../../watcher/journal/database/writer.ts';
import type { BesideJournal } from '../../watcher/journal/operations/open-beside.ts';
import {
  createReplay,
  type DeliveryName,
  type Replay,
} from '../../watcher/journal/operations/replay-deliveries.ts';
import { type EventName, findSequence } from '../../watcher/journal/records/event-history.ts';
import { type CommandIo, NOWHERE } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { describeEventName } from '../options/event-name.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { createProgress } from '../terminal/progress.ts';
import { followReplay } from './follow-replay.ts';
import { planDeadLetters, planEvent, type ReplayPlan, type ReplaySurroundings } from './replay-plan.ts';
import type { WhichJournal } from './which-journal.ts';
import { withJournal } from './with-journal.ts';

/** Queued in one transaction: a running watcher waits for it. */
const STEP = 200;

type ReplaySettings = {
  readonly dryRun: boolean;
  /** 0: do not look on. */
  readonly waitMs: number;
  readonly json: boolean;
};

/** What to send again: an event, to one subscription or to all that it was meant for; or dead letters. */
type ReplayTarget =
  | { readonly kind: 'event'; readonly event: EventName; readonly subscription: string | undefined }
  | { readonly kind: 'deadLetters'; readonly subscription: string };

/** Queues what was meant, and looks on until it is delivered; returns the exit code. */
export function replayEvents(
  {
    which,
    target,
    settings,
  }: { readonly which: WhichJournal; readonly target: ReplayTarget; readonly settings: ReplaySettings },
  io: CommandIo,
): Promise<number> {
  return withJournal(which, io, settings.dryRun ? 'read' : 'write', async (journal, configured) => {
    const replay = openReplay(journal, settings);
    const plan = planOf(target, journal, { replay, configured: configured?.subscriptions ?? null });
    if (plan.kind === 'refused') {
      io.stderr.write(`offhook journal: ${plan.message}\n`);
      return EXIT.failed;
    }
    for (const note of plan.notes) io.stderr.write(`left out: ${note}\n`);
    return await carryOut(plan.deliveries, { journal, replay, settings, io });
  });
}

function planOf(
  target: ReplayTarget,
  { database }: BesideJournal,
  surroundings: ReplaySurroundings,
): ReplayPlan {
  if (target.kind === 'deadLetters') return planDeadLetters(target.subscription, surroundings);
  const sequence = findSequence(database, target.event);
  return sequence === null
    ? { kind: 'refused', message: `event ${describeEventName(target.event)} is not stored` }
    : planEvent(sequence, target.subscription, surroundings);
}

/** A dry run only reads, so that it needs no more than reading. */
function openReplay({ database, file }: BesideJournal, { dryRun }: ReplaySettings): Replay {
  const writer = dryRun
    ? { transaction: <T>(work: () => T) => work() }
    : createWriter(database, file, systemClock);
  return createReplay(database, writer, systemClock.nowMs);
}

async function carryOut(
  deliveries: readonly DeliveryName[],
  context: {
    readonly journal: BesideJournal;
    readonly replay: Replay;
    readonly settings: ReplaySettings;
    readonly io: CommandIo;
  },
): Promise<number> {
  const { journal, replay, settings, io } = context;
  const say = (text: string, facts: object) => io.stdout.write(settings.json ? jsonLine(facts) : `${text}\n`);
  const total = deliveries.length;
  if (settings.dryRun || total === 0) {
    say(total === 0 ? 'Nothing to replay.' : `Would replay ${total}.`, {
      dryRun: settings.dryRun,
      found: total,
    });
    return EXIT.ok;
  }
  const queued = requeueAll(deliveries, context);
  const watcher = readHolder(journal.directory) !== null;
  if (!watcher || settings.waitMs === 0) {
    const when = watcher ? 'the watcher sends them now' : 'no watcher runs; they go out at its next start';
    say(`Queued ${queued}: ${when}.`, { queued, watcher });
    return EXIT.ok;
  }
  const progress = createProgress(settings.json ? NOWHERE : io.stderr, 'sent');
  const outcome = await followReplay(deliveries, {
    replay,
    progress,
    clock: systemClock,
    deadlineMs: settings.waitMs,
    stop: io.stop,
  });
  const { delivered, dead, pending } = outcome;
  say(`Delivered ${delivered}, given up again ${dead}, still pending ${pending}.`, {
    queued,
    watcher,
    ...outcome,
  });
  return dead === 0 && pending === 0 ? EXIT.ok : EXIT.failed;
}

function requeueAll(
  deliveries: readonly DeliveryName[],
  {
    replay,
    settings,
    io,
  }: { readonly replay: Replay; readonly settings: ReplaySettings; readonly io: CommandIo },
): number {
  const progress = createProgress(settings.json ? NOWHERE : io.stderr, 'queued');
  let queued = 0;
  for (let start = 0; start < deliveries.length; start += STEP) {
    queued += replay.requeue(deliveries.slice(start, start + STEP));
    progress.show(Math.min(start + STEP, deliveries.length), deliveries.length);
  }
  progress.end();
  return queued;
}
