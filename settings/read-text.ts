/** Reads a whole file; throws an error with a `code` such as `ENOENT`, as `node:fs` does. */
export type ReadFile = (path: string) => string | Uint8Array;

export type ReadText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly message: string };

/**
 * Reads UTF-8 text of at most `maxBytes`, without its byte order mark. The message of a failure names neither
 * the path nor the content: a secret pasted where a path belongs must not be echoed.
 */
export function readText(path: string, readFile: ReadFile, maxBytes: number): ReadText {
  try {
    return decode(readFile(path), maxBytes);
  } catch (error) {
    return { kind: 'unreadable', message: whyUnreadable(error) };
  }
}

function decode(content: string | Uint8Array, maxBytes: number): ReadText {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  if (bytes.length > maxBytes) {
    return { kind: 'unreadable', message: `is larger than ${sizeText(maxBytes)}` };
  }
  try {
    // TextDecoder drops a leading byte order mark by default.
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'unreadable', message: 'is not UTF-8 text' };
  }
}

function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes / 1024} KiB`;
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'no such file';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied; this process needs to read the file';
    case 'EISDIR':
      return 'is a directory, not a file';
    case 'ENAMETOOLONG':
      return 'the file name is too long';
    default:
      return `cannot be read${code === undefined ? '' : ` (${code})`}`;
  }
}
