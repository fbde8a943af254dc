import { until } from '../../support/until.ts';

/** {@link until} with the patience that several processes on a busy machine need. */
export function eventually(what: string, happened: () => boolean): Promise<void> {
  return until(what, happened, 20_000);
}
