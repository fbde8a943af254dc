import { inspect } from 'node:util';

const HIDDEN = '[secret]';

/**
 * A value that must not be printed: JSON, string conversion, console and `util.inspect` show `[secret]`.
 * Call {@link reveal} at the one place that uses it.
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself; keep it out of messages, logs and objects that get logged. */
  reveal(): T {
    return this.#value;
  }

  toJSON(): string {
    return HIDDEN;
  }

  toString(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
