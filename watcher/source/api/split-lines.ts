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

  function take(bytes: Buffer, start: number, end: number): string {
    if (pending.length === 0) return bytes.toString('utf8', start, end);
    const line = Buffer.concat([...pending, bytes.subarray(start, end)]);
    pending = [];
    pendingBytes = 0;
    return line.toString('utf8');
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const lines: string[] = [];
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        if (pendingBytes + end - start > maxLineBytes) return { lines, overlong: true };
        const line = take(bytes, start, end);
        if (line !== '') lines.push(line);
        start = end + 1;
      }
      if (start < bytes.length) {
        pending.push(bytes.subarray(start));
        pendingBytes += bytes.length - start;
      }
      return { lines, overlong: pendingBytes > maxLineBytes };
    },
  };
}
