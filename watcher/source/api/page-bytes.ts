const FIRST_BYTES = 256 * 1024;

/** The bytes of one page after the other, in the same memory. */
export interface PageBytes {
  /** A new page begins. */
  clear(): void;
  append(chunk: Uint8Array): void;
  /** What has come of this page; of no use once more is appended. */
  all(): Buffer;
  /** Gives the memory back at once. */
  release(): void;
}

/**
 * Puts the chunks of a page together as they come, outside of the heap: as text or as a list of chunks, megabytes of each page would
 * be moved to the old part of the heap, and stay until all of it is collected.
 */
export function createPageBytes(): PageBytes {
  let room = Buffer.allocUnsafeSlow(0);
  let length = 0;

  /** The memory of an array buffer that is moved goes back without waiting for a collection. */
  function replace(by: Buffer<ArrayBuffer>): void {
    room.buffer.transfer(0);
    room = by;
  }

  return {
    clear() {
      length = 0;
    },
    append(chunk) {
      if (length + chunk.length > room.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, 2 * room.length, length + chunk.length));
        room.copy(larger, 0, 0, length);
        replace(larger);
      }
      room.set(chunk, length);
      length += chunk.length;
    },
    all: () => room.subarray(0, length),
    release() {
      length = 0;
      replace(Buffer.allocUnsafeSlow(0));
    },
  };
}
