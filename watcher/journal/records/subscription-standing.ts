import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../settings/ambient/clock.ts';
import type { DeliveryStore, Outage } from '../../delivery/delivery-store.ts';
import type { LifecycleJournal } from '../../ingest/lifecycle-journal.ts';
import { integerOf, nullable, textOf } from '../database/column.ts';
import type { Writer } from '../database/writer.ts';

type Dependencies = {
  readonly database: DatabaseSync;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly steadyMs: () => number;
  readonly readOutage: (subscription: string) => Outage | null;
};

interface SubscriptionStandings
  extends Pick<DeliveryStore, 'disable' | 'giveUp' | 'standing'>,
    Pick<LifecycleJournal, 'endedSubscriptions'> {
  isDisabled(subscription: string): boolean;
  /** Enables a subscription that was disabled with exactly this reason. @returns whether it was. */
  takeBack(subscription: string, why: string): boolean;
  /** Reads again what another process may have changed; returns the subscriptions that it enabled. */
  reload(): readonly string[];
  /** Part of a transaction that is under way. `untilMs` in steady time. */
  pause(subscription: string, untilMs: number): void;
}

/** Which subscriptions their receivers ended or paused; both outlive a restart. */
export function createSubscriptionStandings(dependencies: Dependencies): SubscriptionStandings {
  const { database, writer, clock, steadyMs, readOutage } = dependencies;
  const select = database.prepare('SELECT disabled_why, paused_until_ms FROM subscription WHERE name = ?');
  const savePause = database.prepare(
    `INSERT INTO subscription (name, paused_until_ms) VALUES (?, ?)
     ON CONFLICT (name) DO UPDATE SET paused_until_ms = excluded.paused_until_ms`,
  );
  const saveDisabled = database.prepare(
    `INSERT INTO subscription (name, disabled_why, disabled_at_ms) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET disabled_why = excluded.disabled_why, disabled_at_ms = excluded.disabled_at_ms`,
  );
  const bury = database.prepare(
    `UPDATE delivery SET state = 'dead', last_outcome = ?, changed_at_ms = ?
     WHERE subscription = ? AND state = 'pending'`,
  );
  const enable = database.prepare('DELETE FROM subscription WHERE name = ? AND disabled_why = ?');
  const selectDisabled = database.prepare('SELECT name FROM subscription WHERE disabled_why IS NOT NULL');
  const selectEnded = database.prepare(
    `SELECT name, disabled_why, disabled_at_ms,
       (SELECT COUNT(*) FROM delivery WHERE subscription = name AND state = 'dead' AND changed_at_ms = disabled_at_ms)
         AS dead_letters
     FROM subscription WHERE disabled_why IS NOT NULL`,
  );
  const readDisabled = () => new Set(selectDisabled.all().map((row) => textOf(row, 'name')));
  let disabled = readDisabled();

  return {
    isDisabled: (subscription) => disabled.has(subscription),
    endedSubscriptions() {
      if (disabled.size === 0) return [];
      return selectEnded.all().map((row) => ({
        subscription: textOf(row, 'name'),
        why: textOf(row, 'disabled_why'),
        deadLetters: integerOf(row, 'dead_letters'),
        atMs: integerOf(row, 'disabled_at_ms'),
      }));
    },
    reload() {
      const before = disabled;
      disabled = readDisabled();
      return [...before].filter((name) => !disabled.has(name));
    },
    pause: (subscription, untilMs) => void savePause.run(subscription, untilMs),
    disable(subscription, why) {
      const nowMs = Math.round(clock.nowMs());
      const deadLetters = writer.transaction(() => {
        saveDisabled.run(subscription, why, nowMs);
        return Number(bury.run(`subscription disabled: ${why}`, nowMs, subscription).changes);
      });
      disabled.add(subscription);
      return deadLetters;
    },
    takeBack(subscription, why) {
      if (!disabled.has(subscription)) return false;
      const isEnabled = writer.transaction(() => enable.run(subscription, why).changes) > 0;
      if (isEnabled) disabled.delete(subscription);
      return isEnabled;
    },
    giveUp: (subscription, why) =>
      writer.transaction(() => Number(bury.run(why, Math.round(clock.nowMs()), subscription).changes)),
    standing(subscription) {
      const row = select.get(subscription);
      const outage = readOutage(subscription);
      if (row === undefined) return { disabled: null, pausedForMs: 0, outage };
      const pausedUntilMs = nullable(integerOf, row, 'paused_until_ms') ?? 0;
      const pausedForMs = Math.max(0, pausedUntilMs - steadyMs());
      return { disabled: nullable(textOf, row, 'disabled_why'), pausedForMs, outage };
    },
  };
}
