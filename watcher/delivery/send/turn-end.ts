/** Calls back when the turn of the event loop is over in which it was called. */
export type AtTurnEnd = (callback: () => void) => void;

/**
 * What is to be done at the end of a turn is done all at once, and then promises that are settled by it go on together.
 * So what comes of answers that came together is followed up in one step. It takes no time from them: undici does not use
 * a connection again before that.
 */
export function createTurnEnd(): AtTurnEnd {
  let waiting: (() => void)[] = [];

  function end(): void {
    const all = waiting;
    waiting = [];
    for (const callback of all) callback();
  }

  return (callback) => {
    if (waiting.length === 0) setImmediate(end);
    waiting.push(callback);
  };
}
