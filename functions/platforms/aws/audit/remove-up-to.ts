import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { ChainStore } from '../../../audit/chain-store.ts';
import type { Item } from '../dynamodb/dynamodb-item.ts';
import { chainKey, endedKey, eventIdOfRecord, eventKey, openKey, recordKey } from './audit-keys.ts';
import type { AuditTable, Key } from './audit-table.ts';
import { eventItemOf, recordsOf, toItem, withoutRecord } from './event-item.ts';
import { contentOf, RECORD_ATTRIBUTES } from './record-item.ts';
import type { TransactionActions } from './transaction-actions.ts';

/** Records per transaction; each needs at most four actions of the hundred. */
const STEP_RECORDS = 25;
/** How often a step is tried while others write to the same events. */
const MOST_TRIES = 5;

/** Removes the beginning of a chain: each record together with everything that is known only through it. */
export function createRemoveUpTo(deps: {
  readonly table: AuditTable;
  readonly actions: TransactionActions;
}): ChainStore['removeUpTo'] {
  const { table, actions } = deps;

  return async function removeUpTo(stream, position, limit) {
    let removed = 0;
    while (removed < limit) {
      const count = await removeStep(stream, position, Math.min(STEP_RECORDS, limit - removed));
      if (count === 0) break;
      removed += count;
    }
    return removed;
  };

  async function removeStep(stream: string, position: number, limit: number): Promise<number> {
    const range = {
      partition: chainKey(stream, 0).pk,
      to: chainKey(stream, position).sk,
      limit,
      attributes: [...RECORD_ATTRIBUTES, 'recordId'],
    };
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const { items } = await table.page(range);
      if (items.length === 0 || (await table.write(await removals(items))) === 'written') return items.length;
    }
    throw new Error(`the beginning of ${stream} changed ${MOST_TRIES} times while it was being removed`);
  }

  async function removals(items: readonly Item[]): Promise<readonly TransactWriteItem[]> {
    return [
      ...items.map(({ stream, position }) => actions.remove(chainKey(String(stream), Number(position)))),
      ...(await eventRemovals(items)),
      ...(await runRemovals(items)),
      ...items.flatMap((item) =>
        contentOf(item).kind === 'retention' ? [actions.remove(recordKey(String(item.recordId)))] : [],
      ),
    ];
  }

  /** What the removed records say is taken out of their events; an event without records goes. */
  async function eventRemovals(items: readonly Item[]): Promise<readonly TransactWriteItem[]> {
    const keys = items.map(({ recordId }) => eventKey(eventIdOfRecord(String(recordId))));
    const events = (await table.getAll(keys)).map(eventItemOf);
    return events.map((event) => {
      const left = items.reduce((rest, { recordId }) => withoutRecord(rest, String(recordId)), event);
      if (recordsOf(left).length > 0) return actions.replace(toItem(left), event.version);
      return actions.removeVersion(eventKey(event.eventId), event.version);
    });
  }

  /** A run is forgotten with its postStop, or with its postStart if it goes on. */
  async function runRemovals(items: readonly Item[]): Promise<readonly TransactWriteItem[]> {
    const events = items.map(contentOf).filter((content) => content.kind === 'event');
    const runs = new Map<
      string,
      { readonly key: Key; readonly openSks: readonly string[]; stopped: boolean }
    >();
    for (const facts of events) {
      const key = endedKey(facts);
      if (key === null) continue;
      const name = `${key.pk}\0${key.sk}`;
      const { openSks = [], stopped = false } = runs.get(name) ?? {};
      runs.set(name, {
        key,
        openSks: facts.hook === 'postStart' ? [...openSks, openKey(facts).sk] : openSks,
        stopped: stopped || facts.hook === 'postStop',
      });
    }
    const states = await table.getAll([...runs.values()].map(({ key }) => key));
    return states.flatMap(({ pk, sk, openSk, ended }) => {
      const run = runs.get(`${pk}\0${sk}`);
      const key = { pk: String(pk), sk: String(sk) };
      if (run?.stopped) return [actions.remove(key)];
      if (ended === 1 || !run?.openSks.includes(String(openSk))) return [];
      return [actions.remove(key), actions.remove({ pk: 'open', sk: String(openSk) })];
    });
  }
}
