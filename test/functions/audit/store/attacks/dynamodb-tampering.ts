import { parseContent } from '../../../../../functions/audit/parse-content.ts';
import type { RecordContent } from '../../../../../functions/audit/stored-record.ts';
import {
  chainKey,
  eventIdOfRecord,
  eventKey,
} from '../../../../../functions/platforms/aws/audit/audit-keys.ts';
import { recordItem } from '../../../../../functions/platforms/aws/audit/record-item.ts';
import type { Item } from '../../../../../functions/platforms/aws/dynamodb/dynamodb-item.ts';
import type { StoredItem } from '../../../platforms/aws/support/dynamodb-expressions.ts';
import type { At, Lie, Tampering } from './tampering.ts';

/** Tampering with the items of a table, as whoever has `dynamodb:PutItem` and `DeleteItem` can. */
export function dynamoDbTampering(table: Map<string, StoredItem>): Tampering {
  const idOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }) => `${pk}\0${sk}`;
  const recordAt = ({ stream, position }: At) => {
    const id = idOf(chainKey(stream, position));
    const item = table.get(id);
    if (item === undefined) throw new Error(`there is no item ${id}`);
    return { id, item };
  };
  const attributeLie = (name: string, value: StoredItem[string] | null, named: RegExp): Lie => ({
    what: `the attribute ${name} is ${JSON.stringify(value)}`,
    named,
    // What the index by time has not, a list of everything is not found by.
    isListed: !['pod', 'recordId', 'recordedAtMs'].includes(name) && value !== null,
    tell: async (at) => {
      const { id, item } = recordAt(at);
      const { [name]: _, ...rest } = item;
      table.set(id, value === null ? rest : { ...rest, [name]: value });
    },
  });
  const itemLie = (what: string, named: RegExp, tell: (at: At) => void, isListed = false): Lie => ({
    what,
    named,
    isListed,
    tell: async (at) => tell(at),
  });
  const eventIdAt = (at: At) => eventIdOfRecord(String(recordAt(at).item.recordId?.S));

  return {
    put: async (record) => {
      const item = recordItem(record, contentOr(record.content));
      table.set(idOf(chainKey(record.stream, record.position)), stored(item));
      const id = idOf(eventKey(eventIdOfRecord(record.recordId)));
      if (table.has(id)) return;
      const { stream, position, recordId } = record;
      const event = { ...eventKey(recordId), eventId: recordId, stream, version: 1, runs: '[]' };
      table.set(id, stored({ ...event, event: JSON.stringify({ position, recordId }) }));
    },
    remove: async (at) => void table.delete(recordAt(at).id),
    lies: [
      attributeLie('pod', { S: 'other' }, /another pod than it says/),
      attributeLie('pod', null, /another pod than it says/),
      attributeLie('day', { S: '2001-01-01' }, /another day than it says/),
      attributeLie('day', null, /another day than it says/),
      attributeLie('at', { S: '000000000000001#0000000000000007#x' }, /another at than it says/),
      attributeLie('recordId', { S: 'evt_other' }, /another recordId than it says/),
      attributeLie('recordedAtMs', { N: '1' }, /another recordedAtMs than it says/),
      attributeLie('position', { N: '70' }, /position|key/),
      attributeLie('position', { S: '7' }, /another position than it says/),
      itemLie('the event is listed nowhere', /another event than it says/, (at) =>
        table.delete(idOf(eventKey(eventIdAt(at)))),
      ),
      itemLie('the list of the event is nonsense', /another event than it says/, (at) => {
        const id = idOf(eventKey(eventIdAt(at)));
        table.set(id, { ...table.get(id), event: { S: 'nonsense' } });
      }),
      itemLie('the list of the event names another place', /another event than it says/, (at) => {
        const id = idOf(eventKey(eventIdAt(at)));
        const event = JSON.stringify({ position: 1, recordId: eventIdAt(at) });
        table.set(id, { ...table.get(id), event: { S: event } });
      }),
      itemLie('a run is left out of the list of its event', /another event than it says/, (at) => {
        const id = idOf(eventKey(eventIdAt(at)));
        table.set(id, { ...table.get(id), runs: { S: '[]' } });
      }),
      itemLie('the day is not announced', /another day than it says/, () => {
        for (const id of table.keys()) if (id.startsWith('days\0')) table.delete(id);
      }),
    ],
  };
}

function stored(item: Item): StoredItem {
  const notation = (value: Item[string]) => {
    if (typeof value === 'string') return { S: value };
    return typeof value === 'number' ? { N: String(value) } : { B: Buffer.from(value).toString('base64') };
  };
  const given = Object.entries(item).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, notation(value)]));
}

/** What the forger cannot even write as a record is filed as one of no time. */
function contentOr(content: string): RecordContent {
  try {
    return parseContent(content);
  } catch {
    return {
      kind: 'run',
      startedAtMs: 0,
      finishedAtMs: 0,
      eventId: '',
      handler: '',
      attempt: 0,
    } as RecordContent;
  }
}
