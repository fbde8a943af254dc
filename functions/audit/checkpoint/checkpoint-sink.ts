/**
 * The second place, where checkpoints are kept: somewhere that who can change the audit trail cannot change. Both
 * methods fail with an Error that names the place, never with credentials in it.
 */
export interface CheckpointSink {
  /** Keeps a checkpoint; `exists` when there is one for that position already, which then stays as it is. */
  put(stream: string, position: number, bytes: Uint8Array<ArrayBuffer>): Promise<'stored' | 'exists'>;
  /** The bytes of the checkpoint with the highest position; null when there is none. */
  latest(stream: string): Promise<Uint8Array<ArrayBuffer> | null>;
}
