import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { type ApiClient, callApi, type OpenAnswer } from './call-api.ts';
import type { Ending } from './ending.ts';
import { createLineSplitter } from './split-lines.ts';
import { readWatchMessage, type WatchMessage } from './watch-message.ts';

/** etcd keeps objects below 1.5 MB; JSON, with managedFields, is a few times larger. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const MAX_MESSAGES = 500;
/** A full read of a socket: more is waiting there, and deliveries and probes wait for their turn. */
const BUSY_BYTES = 64 * 1024;
/** client-go calls a watch "very short" when it ends within a second without an event. */
const SHORT_MS = 1_000;

export type Told<Item> = Exclude<WatchMessage<Item>, { kind: 'error' }>;

export type WatchRequest<Item> = {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly headersTimeoutMs: number;
  /** Without any byte for this long the connection is taken for dead (bookmarks come about every minute). */
  readonly silenceMs: number;
  readonly project: (object: unknown) => Item | null;
  /** The server has shown signs of life. */
  readonly onContact: () => void;
  /** At most 500 messages that were read in one go; an ending it returns cuts the stream. */
  readonly onMessages: (messages: readonly Told<Item>[]) => Ending | null;
};

/**
 * Reads one watch stream until it ends, and says how. A last line without its newline is dropped: the connection
 * broke inside it, and the change comes again after the reconnect.
 */
export async function readWatch<Item>(client: ApiClient, request: WatchRequest<Item>): Promise<Ending> {
  const answer = await callApi(client, request);
  if (answer.kind === 'ended') return answer.ending;
  request.onContact();
  const silence = startSilenceDeadline(client, request, answer);
  const startedAt = client.clock.monotonicMs();
  const reader = createReader(request);
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      silence.restart();
      request.onContact();
      const ending = reader.read(chunk);
      if (ending !== null) return ending;
      // Under load more has come meanwhile: it is read as one, and stored in one transaction.
      if (chunk.length >= BUSY_BYTES) await turnOfTheLoop();
    }
    return closed(reader.told() === 0 && client.clock.monotonicMs() - startedAt < SHORT_MS);
  } catch (error) {
    if (request.signal.aborted) return { kind: 'stopped', message: 'stopped' };
    if (silence.passed()) return { kind: 'silence', message: `not a byte for ${request.silenceMs / 1000} s` };
    const detail = error instanceof Error ? error.message : String(error);
    return { kind: 'connection', message: `the watch connection broke: ${detail}` };
  } finally {
    silence.cancel();
    answer.cut();
    answer.release();
  }
}

function closed(short: boolean): Ending {
  if (short) return { kind: 'short', message: 'the API server ended a watch at once' };
  return { kind: 'closed', message: 'the API server ended the watch' };
}

function createReader<Item>({ project, onMessages }: WatchRequest<Item>) {
  const splitter = createLineSplitter(MAX_LINE_BYTES);
  let told = 0;

  function readLines(lines: readonly string[]): Ending | null {
    const messages: Told<Item>[] = [];
    let ending: Ending | null = null;
    for (const line of lines) {
      const message = readWatchMessage(line, project);
      if (message.kind === 'error') {
        ending = message.ending;
        break;
      }
      messages.push(message);
    }
    told += messages.length;
    return (messages.length > 0 ? onMessages(messages) : null) ?? ending;
  }

  return {
    told: () => told,
    read(chunk: Uint8Array): Ending | null {
      const { lines, overlong } = splitter.push(chunk);
      for (let start = 0; start < lines.length; start += MAX_MESSAGES) {
        const ending = readLines(lines.slice(start, start + MAX_MESSAGES));
        if (ending !== null) return ending;
      }
      if (!overlong) return null;
      return {
        kind: 'overlong',
        message: `a watch event is larger than ${MAX_LINE_BYTES / 1024 / 1024} MiB`,
      };
    },
  };
}

function startSilenceDeadline<Item>(
  { clock }: ApiClient,
  { silenceMs }: WatchRequest<Item>,
  { cut }: OpenAnswer,
) {
  let passed = false;
  const expire = () => {
    passed = true;
    cut();
  };
  let cancel = clock.after(silenceMs, expire);
  return {
    passed: () => passed,
    cancel: () => cancel(),
    restart() {
      cancel();
      cancel = clock.after(silenceMs, expire);
    },
  };
}
