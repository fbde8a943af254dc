import { errorCodeOf } from '../ambient/describe-error.ts';
import { whyUnreadable } from './why-unreadable.ts';

/**
 * Reads a file, of which no more than `maxBytes` and one are wanted; throws an error with a `code` such as `ENOENT`, as
 * `node:fs` does.
 */
export type ReadFile = (path: string, maxBytes: number) => string | Uint8Array;

type ReadText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly isMissing?: boolean; readonly message: string };

/**
 * Reads UTF-8 text of at most `maxBytes`, without its byte order mark. The message of a failure names neither
 * the path nor the content: a secret pasted where a path belongs must not be echoed.
 */
export function readText(path: string, readFile: ReadFile, maxBytes: number): ReadText {
  try {
    return decode(readFile(path, maxBytes), maxBytes);
  } catch (error) {
    const code = errorCodeOf(error);
    return {
      kind: 'unreadable',
      isMissing: code === 'ENOENT' || code === 'ENOTDIR',
      message: whyUnreadable(code),
    };
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
