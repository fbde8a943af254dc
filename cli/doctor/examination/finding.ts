/** `warning`: it works, and somebody should know. `skipped`: what it needs is not there, or it cannot be checked. */
export type FindingStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/**
 * What one check found.
 *
 * @property message a few words behind the title; never a secret or a path of a URL.
 * @property hint what to do: one line each.
 * @property value what later checks work with.
 * @property details the same for programs, in parts.
 */
export type Finding<T = undefined> =
  | (Told & { readonly status: 'ok' | 'warning'; readonly value: T })
  | (Told & { readonly status: 'failed' | 'skipped' });

type Told = {
  readonly message: string;
  readonly hints: readonly string[];
  readonly details?: Readonly<Record<string, unknown>>;
};

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

/** It cannot be known here, and the message says why. What needs it is skipped, too. */
export function notChecked(message: string, ...hints: readonly string[]): Finding<never> {
  return { status: 'skipped', message, hints };
}

export function withDetails<T>(finding: Finding<T>, details: Readonly<Record<string, unknown>>): Finding<T> {
  return { ...finding, details };
}
