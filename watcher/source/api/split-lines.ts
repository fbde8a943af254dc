const NEWLINE = 0x0a;

type SplitLines = {
  /** Complete lines, without their newline; empty ones are left out. */
  readonly lines: readonly string[];
  /** The line being collected has passed the limit: the stream is of no use any more. */
  readonly overlong: boolean;
};

/**
 * Cuts a byte stream into lines at byte 0x0A and nowhere else: JSON strings may hold U+2028, U+2029 and U+0085, which
 * line readers made for text take for line ends. Decoding happens a whole line at a time, so a character cut in
 * two by the network stays whole.
 *
 * @param maxLineBytes limit for one line
 */
export function createLineSplitter(maxLineBytes: number): { push(chunk: Uint8Array): SplitLines } {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;

  function take(end: Uint8Array): string {
    const line = pending.length === 0 ? end : Buffer.concat([...pending, end]);
    pending = [];
    pendingBytes = 0;
    return Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8');
  }

  return {
    push(chunk) {
      const lines: string[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        if (pendingBytes + end - start > maxLineBytes) return { lines, overlong: true };
        const line = take(chunk.subarray(start, end));
        if (line !== '') lines.push(line);
        start = end + 1;
      }
      if (start < chunk.length) {
        pending.push(chunk.subarray(start));
        pendingBytes += chunk.length - start;
      }
      return { lines, overlong: pendingBytes > maxLineBytes };
    },
  };
}
