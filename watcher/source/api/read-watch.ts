import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { createArrivedChunks } from './arrived-chunks.ts';
import { type ApiClient, callApi, type OpenAnswer } from './call-api.ts';
import type { Ending } from './ending.ts';
import { createLineSplitter } from './split-lines.ts';
import { readWatchMessage, type WatchMessage } from './watch-message.ts';

/** etcd keeps objects below 1.5 MB; JSON, with managedFields, is a few times larger. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const MAX_MESSAGES = 250;
/** So long messages are read before they are handed on, which takes twice that; then deliveries and probes get their turn. */
const SLICE_MS = 5;
/** A full read of a socket: more is waiting there, and deliveries and probes wait for their turn. */
const BUSY_BYTES = 64 * 1024;
/** What is read before it is taken: a busy watch is stored in transactions of about this size. */
const MOST_BYTES = 2 * 1024 * 1024;
/**
 * The same of a list, which comes as fast as it is read and is not stored by what was read: all that waits is read from the
 * socket in one turn of the loop, and what has to wait outlives the young generation.
 */
const MOST_LISTED_BYTES = 128 * 1024;
/** A server that does not end a stream this long after its time has forgotten it. */
const OVERTIME_MS = 30_000;
/** Its clock and ours may differ a little. */
const UNDERTIME_MS = 1_000;
/** client-go calls a watch "very short" when it ends within a second without an event. */
const SHORT_MS = 1_000;

export type Told<Item> = Exclude<WatchMessage<Item>, { kind: 'error' }>;

type WatchRequest<Item> = {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly headersTimeoutMs: number;
  /** Without any byte for this long the connection is taken for dead; null where quiet is normal. */
  readonly silenceMs: number | null;
  /** After this time the server is to end the stream; it is cut half a minute later. */
  readonly timeoutSeconds: number;
  readonly project: (object: unknown) => Item | null;
  /** The server has shown signs of life. */
  readonly onContact: () => void;
  /** Whether what comes is still a list. */
  readonly isListing?: () => boolean;
  /** The stream has begun. */
  readonly onOpen?: () => void;
  /** At most 250 messages that were read in one go; an ending it returns cuts the stream. */
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
  request.onOpen?.();
  const deadlines = startDeadlines(client, request, answer);
  const startedAt = client.clock.monotonicMs();
  const reader = createReader(request, client.clock);
  const arrived = createArrivedChunks(answer.body, () =>
    request.isListing?.() ? MOST_LISTED_BYTES : MOST_BYTES,
  );
  const hasMore = () => arrived.hasMore() && request.isListing?.() !== true;
  try {
    for (let chunks = await arrived.take(); chunks !== null; chunks = await arrived.take()) {
      deadlines.restart();
      request.onContact();
      for (const ending of reader.read(chunks, hasMore)) {
        if (ending !== null) return ending;
        await turnOfTheLoop();
        if (request.signal.aborted) return { kind: 'stopped', message: 'stopped' };
      }
      // Under load more has come meanwhile: it is read as one, and stored in one transaction.
      if (isBusy(chunks)) await turnOfTheLoop();
    }
    return closed(client.clock.monotonicMs() - startedAt, reader.told(), request);
  } catch (error) {
    if (request.signal.aborted) return { kind: 'stopped', message: 'stopped' };
    const passed = deadlines.passed();
    if (passed !== null) return { kind: 'silence', message: passed };
    const detail = messageOf(error);
    return { kind: 'connection', message: `the watch connection broke: ${detail}` };
  } finally {
    deadlines.cancel();
    answer.cut();
    answer.body.destroy();
    answer.release();
  }
}

function isBusy(chunks: readonly Uint8Array[]): boolean {
  return chunks.length > 1 || (chunks[0]?.length ?? 0) >= BUSY_BYTES;
}

function closed(afterMs: number, told: number, { timeoutSeconds }: { timeoutSeconds: number }): Ending {
  if (told === 0 && afterMs < SHORT_MS)
    return { kind: 'short', message: 'the API server ended a watch at once' };
  const inTime = afterMs >= timeoutSeconds * 1000 - UNDERTIME_MS;
  return { kind: 'closed', inTime, message: 'the API server ended the watch' };
}

function createReader<Item>({ project, onMessages }: WatchRequest<Item>, clock: ApiClient['clock']) {
  const splitter = createLineSplitter(MAX_LINE_BYTES);
  let told = 0;
  let messages: Told<Item>[] = [];
  /** Of the slice in which those were read. */
  let leftMs = SLICE_MS;

  function handOn(): Ending | null {
    if (messages.length === 0) return null;
    const all = messages;
    messages = [];
    told += all.length;
    return onMessages(all);
  }

  function readLine(line: string): Ending | null {
    const message = readWatchMessage(line, project);
    if (message.kind === 'error') return handOn() ?? message.ending;
    messages.push(message);
    return messages.length >= MAX_MESSAGES ? handOn() : null;
  }

  return {
    told: () => told,
    /**
     * Chunks that came together are handed on together, as far as that is done in no time: null says where a pause may be. What
     * is left at their end waits for those that have come meanwhile: each batch is a transaction, and writes some pages however
     * small it is. A list is not stored by what was read.
     */
    *read(chunks: readonly Uint8Array[], hasMore: () => boolean): Generator<Ending | null> {
      let untilMs = clock.monotonicMs() + leftMs;
      leftMs = SLICE_MS;
      for (const chunk of chunks) {
        const { lines, overlong } = splitter.push(chunk);
        for (const line of lines) {
          const ending = readLine(line);
          if (ending !== null) return yield ending;
          if (messages.length > 0 && clock.monotonicMs() < untilMs) continue;
          yield handOn();
          untilMs = clock.monotonicMs() + SLICE_MS;
        }
        if (overlong) return yield handOn() ?? OVERLONG;
      }
      if (hasMore()) {
        leftMs = untilMs - clock.monotonicMs();
        return;
      }
      const ending = handOn();
      if (ending !== null) yield ending;
    },
  };
}

const OVERLONG: Ending = {
  kind: 'overlong',
  message: `a watch event is larger than ${MAX_LINE_BYTES / 1024 / 1024} MiB`,
};

function startDeadlines<Item>(
  { clock }: ApiClient,
  { silenceMs, timeoutSeconds }: WatchRequest<Item>,
  { cut }: OpenAnswer,
) {
  let passed: string | null = null;
  const expire = (message: string) => () => {
    passed = message;
    cut();
  };
  const longestMs = timeoutSeconds * 1000 + OVERTIME_MS;
  const overtime = `the API server did not end a watch of ${timeoutSeconds} s`;
  const cancelLongest = clock.after(longestMs, expire(overtime));
  const startSilence = () =>
    silenceMs === null ? () => {} : clock.after(silenceMs, expire(`not a byte for ${silenceMs / 1000} s`));
  let cancelSilence = startSilence();
  return {
    passed: () => passed,
    cancel() {
      cancelSilence();
      cancelLongest();
    },
    restart() {
      cancelSilence();
      cancelSilence = startSilence();
    },
  };
}
