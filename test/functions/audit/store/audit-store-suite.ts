import { describe } from 'vitest';
import { attackBehaviour } from './attack-behaviour.ts';
import { chainBehaviour } from './chain-behaviour.ts';
import { failureBehaviour } from './failure-behaviour.ts';
import type { OpenAttackedStore } from './opened-store.ts';
import { queryBehaviour } from './query-behaviour.ts';
import { retentionBehaviour } from './retention-behaviour.ts';
import { timelineBehaviour } from './timeline-behaviour.ts';

/**
 * What every implementation of the audit store does; `open` gives a new, empty one for each test.
 *
 * @param attacks default: all there are.
 */
export function auditStoreSuite(
  implementation: string,
  open: OpenAttackedStore,
  attacks?: Parameters<typeof attackBehaviour>[1],
): void {
  describe(`the audit trail in ${implementation}`, () => {
    describe('chains', () => chainBehaviour(open));
    describe('retention', () => retentionBehaviour(open));
    describe('questions', () => queryBehaviour(open));
    describe('handlers that gave up', () => failureBehaviour(open));
    describe('the timeline', () => timelineBehaviour(open));
    describe('under attack', () => attackBehaviour(open, attacks));
  });
}
