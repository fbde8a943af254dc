import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../../settings/ambient/clock.ts';
import { delay } from '../../../../settings/ambient/delay.ts';
import type { AuditTable, Key } from './audit-table.ts';
import type { TransactionActions } from './transaction-actions.ts';

/**
 * Whose turn it is to write a chain. Of fifty Lambda containers that write one chain at once, forty-nine lose every
 * round and most never win one; taking turns, each comes to write. That is politeness: what keeps a chain whole are the
 * conditions of the writes, so a turn may be missed, taken twice, or left behind by a container that died.
 */
export type ChainTurns = {
  /** Waits for the turn, at most a few seconds, and goes on without it then. */
  take(stream: string): Promise<void>;
  /** Gives it back, as part of the transaction it was taken for; `givenBack` once that is written. */
  giveBack(stream: string): TransactWriteItem;
  givenBack(stream: string): void;
};

type ChainTurnDeps = {
  readonly table: AuditTable;
  readonly actions: TransactionActions;
  readonly clock: Clock;
  readonly random: () => number;
};

/** Several times what an append takes. */
const TURN_MS = 1_000;
/** Below the deadline that whoever appends has for all of its tries. */
const PATIENCE_MS = 8_000;
const SHORTEST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 40;

/** The item of a turn: `version` grows with every taker, `untilMs` is when the turn ends, 0 when it was given back. */
export function createChainTurns({ table, actions, clock, random }: ChainTurnDeps): ChainTurns {
  /** By stream, until when this process has the turn. */
  const mine = new Map<string, number>();

  return {
    take: async (stream) => {
      const giveUpAtMs = clock.nowMs() + PATIENCE_MS;
      while (clock.nowMs() < giveUpAtMs) {
        if ((mine.get(stream) ?? 0) > clock.nowMs() || (await tryToTake(stream))) return;
        await delay(clock, SHORTEST_WAIT_MS + random() * (LONGEST_WAIT_MS - SHORTEST_WAIT_MS));
      }
    },
    giveBack: (stream) => actions.put({ ...turnKey(stream), version: 0, untilMs: 0 }),
    givenBack: (stream) => void mine.delete(stream),
  };

  async function tryToTake(stream: string): Promise<boolean> {
    const item = await table.get(turnKey(stream));
    if (item !== null && Number(item.untilMs) > clock.nowMs()) return false;
    const version = item === null ? null : Number(item.version);
    const untilMs = clock.nowMs() + TURN_MS;
    const next = { ...turnKey(stream), version: (version ?? 0) + 1, untilMs };
    const action = version === null ? actions.create(next) : actions.replaceVersion(next, version);
    if ((await table.write([action])) === 'conflict') return false;
    mine.set(stream, untilMs);
    return true;
  }
}

function turnKey(stream: string): Key {
  return { pk: `turn#${stream}`, sk: 'turn' };
}
