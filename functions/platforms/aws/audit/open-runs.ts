import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { EventFacts } from '../../../timeline/event-facts.ts';
import { endedKey, openKey } from './audit-keys.ts';
import type { AuditTable, Key } from './audit-table.ts';
import type { TransactionActions } from './transaction-actions.ts';

/** An event with the text of its record. */
type OpeningEvent = { readonly facts: EventFacts; readonly content: string };

/** What is known of one container's run, and what becomes known. */
type RunState = { openSk: string; ended: boolean; open: OpeningEvent | null; changed: boolean };

/**
 * Keeps which containers run, in the same transaction as the events that say so: a postStart opens a run, a postStop
 * ends it, whichever of the two arrives first.
 */
export async function openRunActions(
  table: AuditTable,
  actions: TransactionActions,
  events: readonly OpeningEvent[],
): Promise<readonly TransactWriteItem[]> {
  const relevant = events.flatMap((event) => {
    const key = endedKey(event.facts);
    const isRun = event.facts.hook === 'postStart' || event.facts.hook === 'postStop';
    return isRun && key !== null ? [{ ...event, key }] : [];
  });
  if (relevant.length === 0) return [];
  const states = await readStates(
    table,
    relevant.map(({ key }) => key),
  );
  for (const event of relevant) apply(states.get(name(event.key)), event);
  return relevant.flatMap(({ key }) => {
    const state = states.get(name(key));
    if (state === undefined || !state.changed) return [];
    // Two events of one run come once.
    state.changed = false;
    return writes(actions, key, state);
  });
}

async function readStates(table: AuditTable, keys: readonly Key[]): Promise<Map<string, RunState>> {
  const states = new Map<string, RunState>(
    keys.map((key) => [name(key), { openSk: '', ended: false, open: null, changed: false }]),
  );
  for (const item of await table.getAll(keys)) {
    const state = states.get(`${item.pk}\0${item.sk}`);
    if (state === undefined) continue;
    state.openSk = String(item.openSk);
    state.ended = item.ended === 1;
  }
  return states;
}

function apply(state: RunState | undefined, { facts, content }: OpeningEvent): void {
  if (state === undefined || state.ended) return;
  if (facts.hook === 'postStop') Object.assign(state, { ended: true, open: null, changed: true });
  // The first postStart of a run stands for it.
  else if (state.openSk === '' && state.open === null) {
    Object.assign(state, { open: { facts, content }, changed: true });
  }
}

function writes(
  actions: TransactionActions,
  key: Key,
  { openSk, ended, open }: RunState,
): readonly TransactWriteItem[] {
  const newSk = open === null ? '' : openKey(open.facts).sk;
  const item = actions.put({ ...key, openSk: ended ? '' : newSk, ended: ended ? 1 : 0 });
  if (open !== null) {
    const { eventId } = open.facts;
    return [item, actions.put({ ...openKey(open.facts), eventId, content: open.content })];
  }
  return openSk === '' ? [item] : [item, actions.remove({ pk: 'open', sk: openSk })];
}

function name({ pk, sk }: Key): string {
  return `${pk}\0${sk}`;
}
