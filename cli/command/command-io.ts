/** What a command may touch of the process; tests and the shell give the same. */
export type CommandIo = {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT or SIGTERM. */
  readonly stop: AbortSignal;
  /**
   * Calls on SIGHUP, which then does not end the process any more; not where a terminal runs it (there the signal means that
   * the terminal is gone). Absent where there are no signals.
   */
  readonly onHangup?: (listener: () => void) => void;
};

export type Output = { write(text: string): void; readonly isTTY?: boolean };

/** For what nobody looks on at, such as progress beside `--json`. */
export const NOWHERE: Output = { write: () => {} };
