import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { ChainHead, ChainStore, NewRecord } from '../../../audit/chain-store.ts';
import { GENESIS_HASH } from '../../../audit/hash-record.ts';
import { parseContent } from '../../../audit/parse-content.ts';
import type { RecordContent } from '../../../audit/stored-record.ts';
import type { Item } from '../dynamodb/dynamodb-item.ts';
import { chainKey, eventIdOfRecord, eventKey, recordKey } from './audit-keys.ts';
import type { AuditTable } from './audit-table.ts';
import type { ChainTurns } from './chain-turn.ts';
import { type EventItem, eventItemOf, noRecords, recordsOf, toItem, withRecord } from './event-item.ts';
import { openRunActions } from './open-runs.ts';
import { recordItem } from './record-item.ts';
import { createRemoveUpTo } from './remove-up-to.ts';
import type { StreamRegistry } from './stream-registry.ts';
import type { TransactionActions } from './transaction-actions.ts';

type ChainStoreDeps = {
  readonly table: AuditTable;
  readonly actions: TransactionActions;
  readonly registry: StreamRegistry;
  readonly turns: ChainTurns;
};

const HEAD_ATTRIBUTES = ['position', 'hash'];
const EXPIRED_ATTRIBUTES = ['position', 'hash', 'recordedAtMs'];
/** How far one question for expired records looks, as in SQL. */
const MOST_EXPIRED = 10_000;
/** What one transaction of DynamoDB takes. */
const MOST_ACTIONS = 100;

type Parsed = { readonly record: NewRecord; readonly content: RecordContent };

/**
 * Chains in DynamoDB. One append is one transaction: the records at their positions, on the condition that these are
 * free and that the record before is the expected one; what belongs to an event at one place; which containers run.
 */
export function createDynamoDbChainStore({ table, actions, registry, turns }: ChainStoreDeps): ChainStore {
  return {
    end: async (stream, recordIds) => {
      const recorded = await knownOf(table, recordIds);
      // Nobody waits for a turn to find that there is nothing to write.
      if (recorded.size === recordIds.length) return { head: await readHead(table, stream), known: recorded };
      await turns.take(stream);
      // Both at once: what is recorded in between is found by `append`, which reads the events again.
      const [head, known] = await Promise.all([readHead(table, stream), knownOf(table, recordIds)]);
      return { head, known };
    },
    append: async (records) => {
      const parsed = records.map((record) => ({ record, content: parseContent(record.content) }));
      const [first] = records;
      if (first === undefined) return 'appended';
      await registry.announce(
        first.stream,
        parsed.map(({ content }) => content),
      );
      const writes = await appendActions(parsed);
      if (writes === 'conflict' || (await table.write(writes)) === 'conflict') return 'conflict';
      turns.givenBack(first.stream);
      return 'appended';
    },
    expired: (stream, olderThanMs) => readExpired(table, stream, olderThanMs),
    removeUpTo: createRemoveUpTo({ table, actions }),
  };

  async function appendActions(
    parsed: readonly Parsed[],
  ): Promise<'conflict' | readonly TransactWriteItem[]> {
    const recorded = parsed.flatMap(({ record, content }) =>
      content.kind === 'event' ? [{ facts: content, content: record.content }] : [],
    );
    const [events, openRuns] = await Promise.all([
      gatherEvents(table, parsed),
      openRunActions(table, actions, recorded),
    ]);
    if (events === 'conflict') return 'conflict';
    const writes = [
      ...parsed.map(({ record, content }) => actions.create(recordItem(record, content))),
      ...events.map((event) => actions.replace(toItem(event), event.version)),
      ...parsed.flatMap(({ record, content }) =>
        content.kind === 'retention' ? [actions.create({ ...recordKey(record.recordId) })] : [],
      ),
      ...openRuns,
    ];
    // 25 containers that start at once leave no room for these. Their positions are checked all the same.
    return [...writes, ...extras(parsed[0]?.record).slice(0, MOST_ACTIONS - writes.length)];
  }

  /** What an append has besides its records. */
  function extras(first: NewRecord | undefined): readonly TransactWriteItem[] {
    if (first === undefined) return [];
    const previous = expectPrevious(first);
    return [...(previous === null ? [] : [previous]), turns.giveBack(first.stream)];
  }

  /** The record that the first of these follows is there, with that hash. */
  function expectPrevious(first: NewRecord): TransactWriteItem | null {
    if (first.position <= 1) return null;
    return actions.expectHash(chainKey(first.stream, first.position - 1), first.previousHash);
  }
}

async function readHead(table: AuditTable, stream: string): Promise<ChainHead> {
  const partition = chainKey(stream, 0).pk;
  const range = { partition, newestFirst: true, limit: 1, attributes: HEAD_ATTRIBUTES };
  const [last] = (await table.page(range)).items;
  return last === undefined ? { position: 0, hash: GENESIS_HASH } : headOf(last);
}

async function knownOf(table: AuditTable, recordIds: readonly string[]): Promise<ReadonlySet<string>> {
  const keys = recordIds.flatMap((recordId) => [recordKey(recordId), eventKey(eventIdOfRecord(recordId))]);
  const known = new Set<string>();
  for (const item of await table.getAll(keys)) {
    if (item.eventId === undefined) known.add(String(item.pk).slice('record#'.length));
    else for (const { recordId } of recordsOf(eventItemOf(item))) known.add(recordId);
  }
  return known;
}

/** The events these records belong to, with them; `conflict` when one of them is there already. */
async function gatherEvents(
  table: AuditTable,
  parsed: readonly Parsed[],
): Promise<'conflict' | readonly EventItem[]> {
  const ofEvents = parsed.filter(({ content }) => content.kind !== 'retention');
  const keys = ofEvents.map(({ record }) => eventKey(eventIdOfRecord(record.recordId)));
  const items = (await table.getAll(keys)).map(eventItemOf);
  const events = new Map(items.map((item) => [item.eventId, item]));
  for (const { record, content } of ofEvents) {
    const eventId = eventIdOfRecord(record.recordId);
    const next = withRecord(events.get(eventId) ?? noRecords(eventId, record.stream), content.kind, record);
    if (next === null) return 'conflict';
    events.set(eventId, next);
  }
  return [...events.values()];
}

async function readExpired(table: AuditTable, stream: string, olderThanMs: number) {
  const partition = chainKey(stream, 0).pk;
  let last: Item | undefined;
  let count = 0;
  let from = chainKey(stream, 0).sk;
  while (count < MOST_EXPIRED) {
    const limit = Math.min(1_000, MOST_EXPIRED - count);
    const { items, more } = await table.page({ partition, from, limit, attributes: EXPIRED_ATTRIBUTES });
    const staying = items.findIndex(({ recordedAtMs }) => Number(recordedAtMs) >= olderThanMs);
    const gone = staying === -1 ? items : items.slice(0, staying);
    last = gone.at(-1) ?? last;
    count += gone.length;
    if (staying !== -1 || !more || last === undefined) break;
    from = chainKey(stream, Number(last.position) + 1).sk;
  }
  return last === undefined ? null : { upTo: headOf(last), count };
}

function headOf({ position, hash }: Item): ChainHead {
  return { position: Number(position), hash: String(hash) };
}
