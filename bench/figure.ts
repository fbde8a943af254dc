/** One line of the table: what was measured, beside its floor of the same run, and what it must reach. */
export type Figure = {
  readonly what: string;
  /** In words, with units. */
  readonly measured: string;
  readonly floor: string;
  /** The number that is judged. */
  readonly value: number;
  readonly unit: Unit;
  readonly required: Bound;
  readonly aim: Bound | null;
};

/** `%`: of the floor. `x`: times the floor. */
export type Unit = '%' | 'x' | 'ms' | 'MiB';

export type Bound = { readonly atLeast: number } | { readonly atMost: number };

export function isMet(value: number, bound: Bound): boolean {
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** The value below which `share` of the values lie, such as 0.99. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** For people: `12,345/s`. */
export function perSecond(count: number): string {
  return `${Math.round(count).toLocaleString('en-US')}/s`;
}
