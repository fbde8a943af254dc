import type { CheckpointsVerdict } from '../../functions/audit/checkpoint/verify-checkpoints.ts';
import type { ChainFault } from '../../functions/audit/verify/verify-fault.ts';
import type { ChainSummary, ChainVerdict } from '../../functions/audit/verify/verify-verdict.ts';
import { printable } from '../../protocol/json/printable.ts';

/**
 * @property faults what is wrong with the store besides its records.
 * @property checkpoints null when none were given; `keyGiven`: whether their signatures were checked.
 * @property signingSecretGiven whether the signatures of events were checked.
 */
export type VerifyReport = {
  readonly chains: readonly ChainVerdict[];
  readonly faults: readonly string[];
  readonly checkpoints: CheckpointsVerdict | null;
  readonly keyGiven: boolean;
  readonly signingSecretGiven: boolean;
};

/** Whether everything is as it was written; nothing at all is not. */
export function isVerified({ chains, faults, checkpoints }: VerifyReport): boolean {
  const isSound = chains.length > 0 && chains.every(({ kind }) => kind === 'verified');
  return isSound && faults.length === 0 && checkpoints?.kind !== 'broken';
}

/** For people: a paragraph a chain, and the verdict in the last line. */
export function reportText(report: VerifyReport): string {
  const { chains, checkpoints } = report;
  const paragraphs = chains.map((verdict) => chainText(verdict, report));
  if (checkpoints?.kind === 'broken')
    paragraphs.unshift(`checkpoints: NOT verified\n${faultText(checkpoints.fault)}`);
  if (report.faults.length > 0) paragraphs.push(storeText(report.faults));
  return `${[...paragraphs, conclusion(report)].join('\n\n')}\n`;
}

/** For programs. */
export function reportJson(report: VerifyReport): Readonly<Record<string, unknown>> {
  const { chains, faults, checkpoints, keyGiven } = report;
  const broken = checkpoints?.kind === 'broken' ? checkpoints.fault : null;
  const attested = checkpoints === null ? null : { signaturesChecked: keyGiven, fault: broken };
  const verified = isVerified(report);
  return { verified, checkpoints: attested, store: { faults }, chains };
}

function conclusion(report: VerifyReport): string {
  const { chains, checkpoints } = report;
  if (chains.length === 0) return 'NOT verified: there is no record.';
  const broken = chains.filter(({ kind }) => kind === 'broken').length;
  const sum = (of: (summary: ChainSummary) => number) =>
    chains.reduce((all, { summary }) => all + of(summary), 0);
  if (broken > 0) return `NOT verified: ${broken} of ${count(chains.length, 'chain')}.`;
  if (report.faults.length > 0)
    return 'NOT verified: the chains are sound in themselves, what they are kept in is not.';
  if (checkpoints?.kind === 'broken')
    return 'NOT verified: the chains are sound in themselves, the checkpoints are not.';
  const verified = `Verified: ${count(chains.length, 'chain')}, ${count(sum(recordsOf), 'record')}`;
  const unchecked = uncheckedParts(report, sum);
  return unchecked.length === 0 ? `${verified}.` : `${verified}. Not checked: ${unchecked.join('; ')}.`;
}

/** What the verdict does not rest on, so that nobody takes it for more than it is. */
function uncheckedParts(
  { checkpoints, keyGiven, signingSecretGiven }: VerifyReport,
  sum: (of: (summary: ChainSummary) => number) => number,
): readonly string[] {
  const [events, bodies] = [sum((summary) => summary.events), sum((summary) => summary.bodies)];
  return [
    ...(bodies < events ? ['what was received (--no-bodies)'] : []),
    ...(signingSecretGiven ? [] : ['who signed the events (--signing-secret-file)']),
    ...(checkpoints === null ? ['the end of the chains (--checkpoints)'] : []),
    ...(checkpoints === null || keyGiven ? [] : ['who signed the checkpoints (--checkpoint-secret-file)']),
  ];
}

function storeText(faults: readonly string[]): string {
  const lines = faults.map((fault) => `  ${printable(fault)}`).join('\n');
  return `store: NOT verified\n${lines}\n  Somebody changed how records are found, or kept from being changed: lists and the page may be wrong.`;
}

function chainText(verdict: ChainVerdict, report: VerifyReport): string {
  const { summary } = verdict;
  const stream = printable(verdict.stream);
  return verdict.kind === 'broken'
    ? `${stream}: NOT verified\n${faultText(verdict.fault)}\n${soundPart(summary)}`
    : [`${stream}: verified`, rangeText(summary), bodiesText(summary), ...attestedText(summary, report)].join(
        '\n',
      );
}

function faultText({ kind, position, record, what, means }: ChainFault): string {
  const at = position === null ? [] : [`position ${position}`];
  const of = record === null ? [] : [`${record.kind} ${record.id}`];
  const where = [...at, ...of].join(', ');
  return `${where === '' ? '' : `  ${printable(where)}\n`}  ${kind}: ${what}\n  ${means}`;
}

function soundPart(summary: ChainSummary): string {
  if (summary.first === null) return '  Nothing before it is sound.';
  return `  What comes before it, positions ${summary.first} to ${summary.head.position}, is sound.`;
}

function rangeText(summary: ChainSummary): string {
  const { first, head, events, runs, reruns, retentions } = summary;
  const asked = reruns === 0 ? '' : `, ${reruns} asked to run again`;
  const kinds = `${count(events, 'event')}, ${count(runs, 'handler run')}${asked}`;
  const removed = retentions === 0 ? '' : `, ${count(retentions, 'retention')}`;
  const beginning =
    first === null || first === 1 ? '' : `\n  the retention has removed positions 1 to ${first - 1}`;
  return `  positions ${first ?? 0} to ${head.position}: ${kinds}${removed}${beginning}`;
}

function bodiesText({ events, bodies, signatures, unchecked, claimed, unsigned }: ChainSummary): string {
  const compared =
    events > 0 && bodies === 0
      ? 'what is kept of the events was not compared'
      : `${count(bodies, 'event')} compared with what was received`;
  const told = [
    ...(signatures > 0 || events === 0 ? [`${count(signatures, 'signature')} verified`] : []),
    ...(unchecked > 0 ? [`${count(unchecked, 'signature')} not checked`] : []),
    ...(claimed > 0 ? [`${count(claimed, 'signature')} claimed over a bus, not verified`] : []),
    ...(unsigned > 0 ? [`${unsigned} came over a bus without a signature`] : []),
  ];
  return `  ${compared}; ${told.join(', ')}`;
}

function attestedText(
  { checkpoints, lastCheckpoint, head }: ChainSummary,
  report: VerifyReport,
): readonly string[] {
  if (report.checkpoints === null)
    return ['  no checkpoints given: a missing end, or a chain computed anew, would not show'];
  if (lastCheckpoint === null) return ['  no checkpoint of this chain: a missing end would not show'];
  const behind = head.position - lastCheckpoint;
  const rest = behind === 0 ? 'none is behind it' : `${count(behind, 'record')} behind it not attested yet`;
  const signed = report.keyGiven ? '' : '; their signatures were not checked (--checkpoint-secret-file)';
  return [
    `  ${count(checkpoints, 'checkpoint')} matched, the last for position ${lastCheckpoint}, ${rest}${signed}`,
  ];
}

function recordsOf({ events, runs, reruns, retentions }: ChainSummary): number {
  return events + runs + reruns + retentions;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
