import type { Dispatcher } from 'undici';

/** More interim answers (103 Early Hints) than anybody has a use for came before the one that counts. */
class TooManyInterimAnswers extends Error {
  override readonly name = 'TooManyInterimAnswers';
  readonly code = 'ERR_TOO_MANY_INTERIM_ANSWERS';

  constructor() {
    super(`more than ${MOST_INTERIM_ANSWERS} answers below 200 came, and none above`);
  }
}

const MOST_INTERIM_ANSWERS = 32;

/** Gives up a request to whose sender interim answers come without an end: each starts undici's deadline anew. */
export function limitInterim(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  let interim = 0;
  return {
    onRequestStart: (...given) => handler.onRequestStart?.(...given),
    onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
    onResponseStart(controller, status, ...rest) {
      if (status < 200) {
        interim += 1;
        if (interim > MOST_INTERIM_ANSWERS) return controller.abort(new TooManyInterimAnswers());
      }
      handler.onResponseStart?.(controller, status, ...rest);
    },
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
    onResponseError: (...given) => handler.onResponseError?.(...given),
  };
}
