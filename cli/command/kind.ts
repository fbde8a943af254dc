/**
 * What a value on the command line must be, and how it is read.
 *
 * @property expected stands behind "must be": `a whole number from 1 to 1000`.
 * @property hidden whether it may hold a credential, so that no message repeats it.
 * @property words all that it may be, where they are few; shells complete them.
 * @property read the value of a text that is not empty; undefined for one that is none. `nowMs`: wall time.
 */
export type Kind<T> = {
  readonly expected: string;
  readonly hidden?: boolean;
  readonly words?: readonly string[];
  read(text: string, nowMs: number): T | undefined;
};
