import type { Dispatcher } from 'undici';
import type { AtTurnEnd } from './turn-end.ts';

/** What is read of an answer's body, for its error code; more says nothing to a sender. */
const MAX_ANSWER_BYTES = 1024;

/** What a receiver answered. */
export type Answered = {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** As much of the body as is read; nothing of a 2xx, of which nobody reads it. */
  readonly beginning: Uint8Array;
};

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Makes one request by undici's own interface of handlers: `request()` would make a stream, two promises and an async
 * resource of every answer.
 *
 * An answer counts when it is complete or has shown {@link MAX_ANSWER_BYTES}; one that breaks off is a failure whatever
 * its status.
 *
 * @param atTurnEnd when an answer is told.
 * @throws when there is no answer; `signal.reason` when the signal aborts first. That is at once: undici keeps a request
 *   that it has no connection for yet until it has one, and then it comes to nothing.
 */
export function postToReceiver(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  atTurnEnd: AtTurnEnd,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const exchange = new Exchange((answered) => atTurnEnd(() => resolve(answered)), reject);
    signal.addEventListener('abort', () => exchange.cut(signal.reason), { once: true });
    dispatcher.dispatch(request, exchange);
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answered: Answered) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | null = null;
  /** Why it was given up before undici began. */
  #cut: Error | null = null;
  #status = 0;
  #headers: AnswerHeaders = {};
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** It may not have been told yet. */
  #isAnswered = false;

  constructor(resolve: (answered: Answered) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  cut(reason: Error): void {
    if (this.#isAnswered) return;
    this.#reject(reason);
    this.#cut = reason;
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cut !== null) controller.abort(this.#cut);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= MAX_ANSWER_BYTES) {
      if (this.#status >= 300) this.#chunks.push(chunk);
      return;
    }
    this.#answered();
    controller.abort(new Error('an answer was read as far as it is'));
  }

  onResponseEnd(): void {
    this.#answered();
  }

  onResponseError(_: unknown, error: Error): void {
    // Its connection may have been given up with the rest of the answer.
    if (!this.#isAnswered) this.#reject(error);
  }

  #answered(): void {
    this.#isAnswered = true;
    const [first = NOTHING] = this.#chunks;
    const beginning = this.#chunks.length < 2 ? first : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, beginning });
  }
}

const NOTHING = new Uint8Array();
