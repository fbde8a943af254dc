import { printable } from '../../../protocol/json/printable.ts';
import type { ReportedCheck } from '../examination/examination.ts';
import type { FindingStatus } from '../examination/finding.ts';
import { sumUp } from './sum-up.ts';

const MARKS: Readonly<Record<FindingStatus, string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };

/** The list for people, by group, and how many passed. */
export function formatReport(checks: readonly ReportedCheck[]): string {
  const groups = [...Map.groupBy(checks, ({ group }) => group)];
  const sections = groups.map(([group, members]) =>
    [printable(group), ...members.flatMap(formatCheck)].join('\n'),
  );
  return `${sections.join('\n\n')}\n\n${summaryText(checks)}\n`;
}

function formatCheck({ status, title, message, hints }: ReportedCheck): readonly string[] {
  const skipped = status === 'skipped' ? 'skipped, ' : '';
  const line = `  ${MARKS[status]} ${printable(title)}: ${skipped}${printable(message)}`;
  return [line, ...hints.map((hint) => `      ${printable(hint)}`)];
}

function summaryText(checks: readonly ReportedCheck[]): string {
  const { ok, warning, failed, skipped } = sumUp(checks);
  const others = [
    ...(warning > 0 ? [`${warning} ${warning === 1 ? 'warning' : 'warnings'}`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return [`${ok} passed`, `${failed} failed`, ...others].join(', ');
}
