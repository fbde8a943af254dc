/** A checkpoint as it is kept. @property position the one that it is kept under, whatever its bytes say. */
export type KeptCheckpoint = { readonly position: number; readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * The second place, where checkpoints are kept: somewhere that who can change the audit trail cannot change. Both
 * methods fail with an Error that names the place, never with credentials in it.
 */
export interface CheckpointSink {
  /** Keeps a checkpoint; `exists` when there is one for that position already, which then stays as it is. */
  put(stream: string, position: number, bytes: Uint8Array<ArrayBuffer>): Promise<'stored' | 'exists'>;
  /** The checkpoint with the highest position; null when there is none. What is not named as one is passed over. */
  latest(stream: string): Promise<KeptCheckpoint | null>;
}
