import { type FileMarks, PASSING } from '../../settings/files/file-mark.ts';
import type { ReadFile } from '../../settings/files/read-text.ts';
import type { ConfigResult } from './load-config.ts';

/** Where the configuration comes from: a file, and all that it names. */
export interface ConfigSource {
  /** Reads everything anew. Its warnings are those that the last good one did not have. */
  load(): ConfigResult;
  /**
   * Whether what was read last may have changed since: null while it has not, else a text that stays the same for as long as
   * nothing changes further. Looks at the files and reads none.
   */
  look(): Promise<string | null>;
}

type SourceOptions = {
  readonly load: (readFile: ReadFile) => ConfigResult;
  /** The third argument: how long this process may stand still for a pipe, in milliseconds; undefined: as it is. */
  readonly readFile: (path: string, maxBytes: number, deadlineMs?: number) => ReturnType<ReadFile>;
  readonly marks: FileMarks;
};

/**
 * Remembers which files a configuration was read from, secrets and certificates too, and how each looked right before. What
 * came through a pipe is kept: it cannot be read again.
 */
export function createConfigSource({ load, readFile, marks }: SourceOptions): ConfigSource {
  const passed = new Map<string, ReturnType<ReadFile>>();
  let read = new Map<string, string>();
  /** A watcher that is at work does not stand still for a pipe. */
  let deadlineMs: number | undefined;
  let warned: readonly string[] = [];

  function readKeeping(path: string, maxBytes: number): ReturnType<ReadFile> {
    const mark = read.get(path) ?? marks.now(path);
    // A change that comes between the two is seen by the next look.
    read.set(path, mark);
    if (mark !== PASSING) return readFile(path, maxBytes, deadlineMs);
    const content = passed.get(path) ?? readFile(path, maxBytes, deadlineMs);
    passed.set(path, content);
    return content;
  }

  return {
    load() {
      read = new Map();
      const result = load(readKeeping);
      deadlineMs = 0;
      if (result.kind === 'invalid') return result;
      const warnings = result.warnings.filter((each) => !warned.includes(each));
      warned = result.warnings;
      return { ...result, warnings };
    },
    async look() {
      const before = read;
      const changed: string[] = [];
      // One after the other: a file system that hangs must not take every thread that reads files.
      for (const [path, mark] of before) {
        const now = await marks.later(path);
        if (now !== mark) changed.push(`${path} ${now}`);
      }
      return changed.length === 0 || read !== before ? null : changed.join('\n');
    },
  };
}
