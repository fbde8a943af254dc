import { onTestFinished } from 'vitest';
import type { AttemptReport, ReceiverTurn } from '../../../watcher/delivery/delivery-observer.ts';
import type { DeliveryEvent } from '../../../watcher/delivery/delivery-store.ts';
import type { Journal } from '../../../watcher/journal/open-journal.ts';
import { createStatusWriter, type StatusWriterDeps } from '../../../watcher/status/status-writer.ts';
import type { ObjectStanding } from '../../../watcher/subscriptions/objects/object-standing.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { openTestJournal } from '../journal/journal-events.ts';
import { tellStandings } from './object-standings.ts';
import { type StatusServer, startStatusServer } from './status-server.ts';

export type StatusSetup = Partial<Pick<StatusWriterDeps, 'leads' | 'sendTest' | 'isThrottled'>> & {
  readonly standings?: readonly ObjectStanding[];
  readonly journal?: Journal;
  readonly clock?: ReturnType<typeof createFakeClock>;
  /** Whether the watch shows what was written; it does unless told otherwise. */
  readonly isWatched?: boolean;
};

/** A status writer over a real journal, a clock that stands still, and an API server. Started, and stopped after the test. */
export async function startStatusWriter(setup: StatusSetup = {}) {
  const { clock = createFakeClock(), isWatched = true } = setup;
  const standings = tellStandings(setup.standings ?? []);
  const server: StatusServer = await startStatusServer(({ method, body }, resourceVersion) => {
    if (method !== 'PATCH' || !isWatched) return;
    const shown = standings.all().map((standing) =>
      standing.object.uid === body.metadata.uid
        ? {
            ...standing,
            object: { ...standing.object, resourceVersion, status: structuredClone(body.status) },
          }
        : standing,
    );
    standings.tell(shown);
  });
  const journal = setup.journal ?? openTestJournal({ clock });
  const results: string[] = [];
  const told: string[] = [];
  const lines: { readonly details: object; readonly message: string }[] = [];
  const line = (details: object, message: string) => void lines.push({ details, message });
  const writer = createStatusWriter({
    cluster: server.cluster,
    clock,
    random: () => 0.5,
    log: { debug: () => {}, info: line, warn: line },
    instance: 'offhook-0',
    standings,
    leads: setup.leads ?? (() => true),
    journal,
    ...(setup.isThrottled && { isThrottled: setup.isThrottled }),
    sendTest: setup.sendTest ?? (async () => null),
    metrics: { onStatusWrite: (result) => results.push(result), onTurnEvent: (result) => told.push(result) },
  });
  writer.start();
  onTestFinished(() => writer.stop());

  /** The round has ended when nothing waits but the next one. */
  const isIdle = () => clock.pending().length === 1 && (clock.pending()[0] ?? 0) <= 1_000;

  return {
    ...{ clock, standings, server, journal, results, told, lines, writer },
    /** Lets so many seconds pass, one after the other, each to the end of what it brings. */
    async pass(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1_000);
        await until('the end of a round', isIdle);
      }
    },
    /** The status written last of an object, of all of them unless named. */
    last: (name?: string) =>
      server.patches().findLast((write) => name === undefined || write.name === name)?.body.status,
    attempt: (report: Partial<AttemptReport>) => writer.observer.onAttempt(attemptOf(report), SENT),
    turn: (turn: Partial<ReceiverTurn>) => writer.observer.onTurn({ ...TURN, ...turn }),
  };
}

export const BILLING = 'team-a/billing@a139e2e4';

const SENT: DeliveryEvent = {
  sequence: 1,
  eventId: 'evt_1',
  type: 'dev.offhook.container.postStart',
  partitionKey: 'p',
  timeMs: 0,
  expiresAtMs: null,
  ageMs: 0,
  body: new Uint8Array(),
};

const TURN: ReceiverTurn = {
  kind: 'failing',
  subscription: BILLING,
  outage: { forMs: 0, rounds: 2, failures: 2, nextInMs: 5_000, reason: 'http 503' },
};

function attemptOf(report: Partial<AttemptReport>): AttemptReport {
  return {
    subscription: BILLING,
    sequence: 1,
    eventId: 'evt_1',
    type: SENT.type,
    attempt: 1,
    outcome: 'delivered',
    next: 'delivered',
    reason: null,
    status: 202,
    durationMs: 12.3,
    observedToSentMs: 5,
    retryInMs: null,
    ...report,
  };
}
