/** `warning`: it works, and somebody should know. `skipped`: what it needs is not there. */
export type FindingStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/**
 * What one check found.
 *
 * @property message a few words behind the title; never a secret or a path of a URL.
 * @property hint what to do: one line each.
 * @property value what later checks work with.
 */
export type Finding<T = undefined> =
  | {
      readonly status: 'ok' | 'warning';
      readonly message: string;
      readonly hints: readonly string[];
      readonly value: T;
    }
  | { readonly status: 'failed'; readonly message: string; readonly hints: readonly string[] };

export function ok(message: string): Finding;
export function ok<T>(message: string, value: T): Finding<T>;
export function ok(message: string, value?: unknown): Finding<unknown> {
  return { status: 'ok', message, hints: [], value };
}

export function warning(message: string, ...hints: readonly string[]): Finding {
  return { status: 'warning', message, hints, value: undefined };
}

export function notOk(message: string, ...hints: readonly string[]): Finding<never> {
  return { status: 'failed', message, hints };
}
