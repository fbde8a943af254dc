import { systemClock } from '../../settings/ambient/clock.ts';
import { readHolder } from '../../watcher/journal/database/journal-lock.ts';
import { createWriter } from '../../watcher/journal/database/writer.ts';
import { createHurry, type Hurry } from '../../watcher/journal/operations/hurry-deliveries.ts';
import { createReplay } from '../../watcher/journal/operations/replay-deliveries.ts';
import { type EventName, findSequence } from '../../watcher/journal/records/event-history.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { describeEventName } from '../options/event-name.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { obstacleTo, type ReplaySurroundings } from './replay-plan.ts';
import type { WhichJournal } from './which-journal.ts';
import { withJournal } from './with-journal.ts';

type Target = { readonly event: EventName | undefined; readonly subscription: string | undefined };

/** What is due now, by subscription; or why nothing is. */
type Retried =
  | {
      readonly kind: 'due';
      readonly queues: readonly { readonly subscription: string; readonly deliveries: number }[];
    }
  | { readonly kind: 'refused'; readonly message: string };

/** Makes due what was meant, and says how much that is; returns the exit code. */
export function retryDeliveries(
  { event, subscription, json, ...which }: WhichJournal & Target & { readonly json: boolean },
  io: CommandIo,
): Promise<number> {
  return withJournal(which, io, 'write', ({ database, file, directory }, configured) => {
    const writer = createWriter(database, file, systemClock);
    const replay = createReplay(database, writer, systemClock.nowMs);
    const surroundings = { replay, configured: configured?.subscriptions ?? null };
    const hurry = createHurry(database, writer, systemClock.nowMs);
    const result =
      event === undefined
        ? retryQueues(subscription, hurry, surroundings)
        : retryEvent({ event, sequence: findSequence(database, event), subscription }, hurry, surroundings);
    if (result.kind === 'refused') {
      io.stderr.write(`offhook journal: ${result.message}\n`);
      return EXIT.failed;
    }
    const watcher = readHolder(directory) !== null;
    const { queues } = result;
    io.stdout.write(json ? jsonLine({ queues, watcher }) : resultText(queues, watcher));
    return EXIT.ok;
  });
}

function retryQueues(
  subscription: string | undefined,
  hurry: Hurry,
  surroundings: ReplaySurroundings,
): Retried {
  const obstacle = subscription === undefined ? null : obstacleTo(subscription, surroundings);
  if (obstacle !== null) return { kind: 'refused', message: obstacle };
  const names = hurry
    .subscriptions()
    .filter((name) => subscription === undefined || name === subscription)
    .filter((name) => obstacleTo(name, surroundings) === null);
  const queues = names.map((name) => ({ subscription: name, deliveries: hurry.waiting(name) }));
  for (const name of names) hurry.all(name);
  return { kind: 'due', queues };
}

function retryEvent(
  {
    event,
    sequence,
    subscription,
  }: {
    readonly event: EventName;
    readonly sequence: number | null;
    readonly subscription: string | undefined;
  },
  hurry: Hurry,
  surroundings: ReplaySurroundings,
): Retried {
  const name = describeEventName(event);
  if (sequence === null) return { kind: 'refused', message: `event ${name} is not stored` };
  const wanted = surroundings.replay
    .deliveriesOf(sequence)
    .filter((each) => subscription === undefined || each.subscription === subscription);
  const waiting = wanted.filter(({ state }) => state === 'pending');
  const obstacle = waiting.map((each) => obstacleTo(each.subscription, surroundings)).find((why) => why);
  if (obstacle) return { kind: 'refused', message: obstacle };
  const hurried = waiting.filter((delivery) => hurry.one(delivery));
  if (hurried.length === 0) return { kind: 'refused', message: `event ${name} ${whyNothing(wanted, name)}` };
  return {
    kind: 'due',
    queues: hurried.map((each) => ({ subscription: each.subscription, deliveries: 1 })),
  };
}

function whyNothing(
  wanted: readonly { readonly subscription: string; readonly state: string }[],
  name: string,
): string {
  if (wanted.length === 0) return 'was never meant for that subscription, or for any';
  const states = wanted
    .map(({ subscription, state }) => `${subscription}: ${state === 'dead' ? 'a dead letter' : state}`)
    .join(', ');
  return `does not wait (${states}); to send it again: offhook journal replay ${name}`;
}

function resultText(
  queues: readonly { readonly subscription: string; readonly deliveries: number }[],
  watcher: boolean,
): string {
  if (queues.length === 0) return 'Nothing waits.\n';
  const lines = queues.map(({ subscription, deliveries }) => `${subscription}: ${deliveries} due now\n`);
  const when = watcher
    ? 'The watcher tries one a receiver within a second, and the others as soon as that is taken.\n'
    : 'No watcher runs; they go out at its next start.\n';
  return lines.join('') + when;
}
