import { systemClock } from '../../settings/ambient/clock.ts';
import { parseDuration } from '../../settings/duration.ts';
import { readHolder } from '../../watcher/journal/database/journal-lock.ts';
import type { BesideJournal } from '../../watcher/journal/database/open-beside.ts';
import { createWriter } from '../../watcher/journal/database/writer.ts';
import { createReplay, type DeliveryName, type Replay } from '../../watcher/journal/operations/replay.ts';
import { findSequence } from '../../watcher/journal/records/event-record.ts';
import {
  type Command,
  type CommandInput,
  type CommandIo,
  EXIT,
  stringOption,
  UsageError,
} from '../terminal/command.ts';
import { createProgress } from '../terminal/progress.ts';
import { describeEventName, parseEventName } from './event-name.ts';
import { followReplay } from './follow-replay.ts';
import { planDeadLetters, planEvent, type ReplayPlan } from './replay-plan.ts';
import { WHICH_JOURNAL, WHICH_JOURNAL_HELP, withJournal } from './with-journal.ts';

/** Queued in one transaction: a running watcher waits for it. */
const STEP = 200;

const HELP = `Usage: offhook journal replay SEQUENCE|ID [--subscription NAME] [OPTIONS]
       offhook journal replay --subscription NAME [OPTIONS]

Sends a stored event again, to the subscription or to all that it was meant for; or, without an event,
all dead letters of a subscription. The same bytes go out under the same id, signed anew, with the whole
retry schedule before them. A receiver that has handled the id may skip it.

A running watcher sends within a second, and this command looks on until it has; without a watcher the
events wait for its next start.

Options:
  --subscription NAME  to this subscription
  --dry-run            say what would be sent
  --no-wait            do not look on
  --wait DURATION      look on at most so long (default 5m)
${WHICH_JOURNAL_HELP}
  --json               the result as one JSON object
  -h, --help           this text

Exit code: 0 when all of it is queued and, where it looked on, delivered; 1 when nothing could be queued,
something was given up again, or is still pending after --wait; 2 for a mistake on the command line or in
the configuration.
`;

type Settings = {
  readonly dryRun: boolean;
  /** 0: do not look on. */
  readonly waitMs: number;
  readonly json: boolean;
};

export const replayCommand: Command = {
  help: HELP,
  options: {
    subscription: { type: 'string' },
    'dry-run': { type: 'boolean' },
    'no-wait': { type: 'boolean' },
    wait: { type: 'string' },
    ...WHICH_JOURNAL,
    json: { type: 'boolean' },
  },
  operands: 1,
  run(input, io) {
    const planOf = readTarget(input);
    const settings = readSettings(input);
    return withJournal(input, io, settings.dryRun ? 'read' : 'write', async (journal, configured) => {
      const replay = openReplay(journal, settings);
      const plan = planOf(journal, replay, configured?.subscriptions ?? null);
      if (plan.kind === 'refused') {
        io.stderr.write(`offhook journal: ${plan.message}\n`);
        return EXIT.failed;
      }
      for (const note of plan.notes) io.stderr.write(`left out: ${note}\n`);
      return await carryOut(plan.deliveries, { journal, replay, settings, io });
    });
  },
};

type PlanOf = (journal: BesideJournal, replay: Replay, configured: readonly string[] | null) => ReplayPlan;

function readTarget(input: CommandInput): PlanOf {
  const [given] = input.operands;
  const subscription = stringOption(input, 'subscription');
  if (given === undefined) {
    if (subscription === undefined)
      throw new UsageError(
        'expected the SEQUENCE or the ID of an event, or --subscription for its dead letters',
      );
    return (_, replay, configured) => planDeadLetters(subscription, { replay, configured });
  }
  const name = parseEventName(given);
  return ({ database }, replay, configured) => {
    const sequence = findSequence(database, name);
    return sequence === null
      ? { kind: 'refused', message: `event ${describeEventName(name)} is not stored` }
      : planEvent(sequence, subscription, { replay, configured });
  };
}

function readSettings(input: CommandInput): Settings {
  const text = stringOption(input, 'wait') ?? '5m';
  const waitMs = parseDuration(text);
  if (waitMs === undefined)
    throw new UsageError(`--wait must be a duration such as 30s or 5m, not "${text}"`);
  const { options } = input;
  return {
    dryRun: options['dry-run'] === true,
    waitMs: options['no-wait'] === true ? 0 : waitMs,
    json: options.json === true,
  };
}

/** A dry run only reads, so that it needs no more than reading. */
function openReplay({ database, file }: BesideJournal, { dryRun }: Settings): Replay {
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
    readonly settings: Settings;
    readonly io: CommandIo;
  },
): Promise<number> {
  const { journal, replay, settings, io } = context;
  const say = (text: string, facts: object) =>
    io.stdout.write(settings.json ? `${JSON.stringify(facts)}\n` : `${text}\n`);
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
  const progress = createProgress(quietly(io, settings), 'sent');
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
  { replay, settings, io }: { readonly replay: Replay; readonly settings: Settings; readonly io: CommandIo },
): number {
  const progress = createProgress(quietly(io, settings), 'queued');
  let queued = 0;
  for (let start = 0; start < deliveries.length; start += STEP) {
    queued += replay.requeue(deliveries.slice(start, start + STEP));
    progress.show(Math.min(start + STEP, deliveries.length), deliveries.length);
  }
  progress.end();
  return queued;
}

/** With --json nobody looks on. */
function quietly({ stderr }: CommandIo, { json }: Settings): CommandIo['stderr'] {
  return json ? { write: () => {} } : stderr;
}
