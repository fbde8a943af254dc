import { systemClock } from '../../settings/ambient/clock.ts';
import { counted } from '../../settings/counted.ts';
import {
  type JournalStatus,
  readStatus,
  type SubscriptionStatus,
} from '../../watcher/journal/operations/journal-status.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { formatBytes, formatDuration } from '../terminal/format-quantity.ts';
import { formatTable } from '../terminal/format-table.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { rfc3339 } from '../terminal/rfc3339.ts';
import type { WhichJournal } from './which-journal.ts';
import { type Configured, withJournal } from './with-journal.ts';

/** Prints the state of a journal; returns the exit code. */
export function printStatus(
  { json, ...which }: WhichJournal & { readonly json: boolean },
  io: CommandIo,
): Promise<number> {
  return withJournal(which, io, 'read', (journal, configured) => {
    const nowMs = systemClock.nowMs();
    const status = readStatus(journal, nowMs);
    io.stdout.write(json ? jsonLine(toJson(status, configured)) : `${toText(status, configured, nowMs)}\n`);
    return EXIT.ok;
  });
}

function toJson(status: JournalStatus, configured: Configured) {
  const { events, resumePoints, subscriptions, ...rest } = status;
  return {
    ...rest,
    maxBytes: configured?.maxBytes ?? null,
    events: { stored: events.stored, oldest: rfc3339(events.oldestMs), lastSequence: events.lastSequence },
    resumePoints: resumePoints.map(({ stream, resourceVersion, committedAtMs }) => ({
      stream,
      resourceVersion,
      committedAt: rfc3339(committedAtMs),
    })),
    subscriptions: subscriptions.map(({ lastError, nextAttemptMs, ...each }) => ({
      ...each,
      destination: configured?.destinations.get(each.subscription) ?? null,
      lastError: lastError && { reason: lastError.reason, at: rfc3339(lastError.atMs) },
      nextAttempt: rfc3339(nextAttemptMs),
    })),
  };
}

function toText(status: JournalStatus, configured: Configured, nowMs: number): string {
  const { bytes, events, deliveries, resumePoints, subscriptions } = status;
  const ago = (timeMs: number) => `${formatDuration(nowMs - timeMs)} ago`;
  const limit = configured === null ? '' : ` of ${formatBytes(configured.maxBytes)}`;
  const facts = [
    ['journal', `${status.directory} (schema ${status.schema})`],
    ['cluster', status.clusterUid ?? 'not known yet'],
    ['watcher', describeOwner(status.owner)],
    [
      'size',
      `${formatBytes(bytes.used)} used${limit}; file ${formatBytes(bytes.file)}, log ${formatBytes(bytes.wal)}`,
    ],
    [
      'events',
      `${events.stored} stored${events.oldestMs === null ? '' : `, the oldest ${ago(events.oldestMs)}`}; last sequence ${events.lastSequence}`,
    ],
    [
      'deliveries',
      `${deliveries.pending} pending, ${deliveries.delivered} delivered, ${counted(deliveries.dead, 'dead letter')}`,
    ],
    ['known Pods', String(status.knownPods)],
    ...resumePoints.map(({ stream, resourceVersion, committedAtMs }) => [
      `read ${stream}`,
      `up to resourceVersion ${resourceVersion}, stored ${ago(committedAtMs)}`,
    ]),
  ];
  const table = subscriptions.map((each) =>
    subscriptionRow(each, configured?.destinations.get(each.subscription) ?? '-', nowMs),
  );
  const heading = ['SUBSCRIPTION', 'TO', 'PENDING', 'OLDEST', 'NEXT', 'DEAD', 'STATE', 'LAST ERROR'];
  const queues =
    table.length === 0 ? 'Nothing waits and nothing was given up.' : formatTable([heading, ...table]);
  return `${formatTable(facts)}\n\n${queues}`;
}

function describeOwner(owner: JournalStatus['owner']): string {
  if (owner === null) return 'none runs on it';
  return owner === 'unnamed' ? 'runs' : `process ${owner.pid} on ${owner.host} since ${owner.since}`;
}

function subscriptionRow(status: SubscriptionStatus, destination: string, nowMs: number): string[] {
  const { subscription, pending, dead, oldestPendingMs, nextAttemptMs, lastError } = status;
  return [
    subscription,
    destination,
    String(pending),
    oldestPendingMs === null ? '-' : formatDuration(oldestPendingMs),
    nextAttemptMs === null
      ? '-'
      : nextAttemptMs <= nowMs
        ? 'now'
        : `in ${formatDuration(nextAttemptMs - nowMs)}`,
    String(dead),
    stateOf(status),
    lastError === null ? '-' : `${lastError.reason} (${formatDuration(nowMs - lastError.atMs)} ago)`,
  ];
}

function stateOf({ disabled, outage, pausedForMs }: SubscriptionStatus): string {
  if (disabled !== null) return `disabled: ${disabled}`;
  if (pausedForMs > 0) return `paused for ${formatDuration(pausedForMs)}`;
  return outage === null ? 'enabled' : `failing for ${formatDuration(outage.forMs)}`;
}
