import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { History } from './history.ts';

/** What the journal in `directory` holds, read from beside the process that has it open. */
export function reportJournal(
  directory: string,
): Pick<History, 'pending' | 'deadLetters' | 'overQuota' | 'disabled'> {
  const database = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  try {
    const [row] = database.prepare("SELECT count(*) AS n FROM delivery WHERE state = 'pending'").all();
    const disabled = database.prepare('SELECT name FROM subscription WHERE disabled_why IS NOT NULL').all();
    const deadLetters = (which: string) => {
      const rows = database
        .prepare(
          `SELECT subscription, id FROM delivery JOIN event USING (sequence) WHERE state = 'dead' ${which}`,
        )
        .all();
      const bySubscription = Map.groupBy(rows, ({ subscription }) => String(subscription));
      return new Map(
        [...bySubscription].map(([name, all]) => [name, new Set(all.map(({ id }) => String(id)))]),
      );
    };
    return {
      pending: Number(row?.n),
      deadLetters: deadLetters(''),
      overQuota: deadLetters("AND last_outcome GLOB 'namespace quota: *'"),
      disabled: new Set(disabled.map(({ name }) => String(name))),
    };
  } finally {
    database.close();
  }
}
