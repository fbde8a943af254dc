import { hash } from 'node:crypto';
import type { Sha256 } from '../../protocol/event/event-id.ts';

/** The cluster that events come from: its UID is part of every id. */
export type ClusterIdentity = {
  readonly name: string;
  /** UID of the `kube-system` namespace. */
  readonly uid: string;
};

export const sha256Sync: Sha256 = (input) => hash('sha256', input, 'buffer');

/** CloudEvents `sequence`: 16 digits, so that it also sorts as text. */
export function sequenceText(sequence: number): string {
  return String(sequence).padStart(16, '0');
}

/** RFC 3339 in UTC with three fraction digits. */
export function eventInstant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
