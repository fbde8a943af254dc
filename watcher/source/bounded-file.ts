import { open } from 'node:fs/promises';

const CHUNK_BYTES = 64 * 1024;

/** A file that does not end where such a file should: a device, a log, the wrong path. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
  /** In place of an error code of the system. */
  readonly code: string;

  constructor(maxBytes: number) {
    super(`the file is larger than ${maxBytes} bytes`);
    this.code = `larger than ${maxBytes} bytes`;
  }
}

/**
 * Reads a UTF-8 file, and no further than `maxBytes`, whatever its size is said to be.
 *
 * @throws FileTooLargeError when there is more; the error of `node:fs`, with its `code`, when it cannot be read.
 */
export async function readBoundedFile(file: string, maxBytes: number): Promise<string> {
  const handle = await open(file);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for (;;) {
      const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(CHUNK_BYTES) });
      if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8');
      length += bytesRead;
      if (length > maxBytes) throw new FileTooLargeError(maxBytes);
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
