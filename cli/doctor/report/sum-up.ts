import type { ReportedCheck } from '../examination/examination.ts';
import type { FindingStatus } from '../examination/finding.ts';

/** How many of each. */
type Summary = Readonly<Record<FindingStatus, number>>;

export function sumUp(checks: readonly Pick<ReportedCheck, 'status'>[]): Summary {
  const count = (wanted: FindingStatus) => checks.filter(({ status }) => status === wanted).length;
  return { ok: count('ok'), warning: count('warning'), failed: count('failed'), skipped: count('skipped') };
}
