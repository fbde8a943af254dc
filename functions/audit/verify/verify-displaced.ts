import { hashRecord } from '../hash-record.ts';
import type { StoredRecord } from '../stored-record.ts';
import { type ChainFault, chainFault } from './verify-fault.ts';

/**
 * A place in the chain where the right record does not stand.
 *
 * @property previousHash of the record before it; null when that is not there.
 * @property fault what it is when the right record is nowhere else.
 */
export type EmptyPlace = {
  readonly position: number;
  readonly previousHash: string | null;
  readonly fault: ChainFault;
};

/**
 * What it means for that place that this record is found further on; null when the record does not belong there. A
 * record belongs where its hash is right: the hash covers the position.
 */
export async function displaced(place: EmptyPlace, record: StoredRecord): Promise<ChainFault | null> {
  const { position, previousHash, fault } = place;
  const { stream } = fault;
  if (record.position === position && fault.kind === 'missing') {
    const what = `the record of position ${position} comes later, out of its order`;
    return chainFault('reordered', what, { stream, position, record: fault.record });
  }
  if (previousHash !== null && record.previousHash !== previousHash) return null;
  if ((await hashRecord({ ...record, stream, position })) !== record.hash) return null;
  const at = { stream, position, record: fault.record };
  return record.position === position
    ? chainFault('forked', `two records claim position ${position}`, at)
    : chainFault(
        'reordered',
        `the record that was written at position ${position} stands at position ${record.position}`,
        at,
      );
}
