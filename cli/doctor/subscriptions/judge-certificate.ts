import { counted } from '../../../settings/counted.ts';
import { type Finding, notOk, ok, warning, withDetails } from '../examination/finding.ts';
import type { ShownCertificate } from './look-at-certificate.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Who renews by hand needs so long; what renews by itself does so earlier (cert-manager, ACME: a third of its time). */
const WARN_DAYS = 14;

/**
 * What the certificate of a receiver says, beside whether the attempt trusted it.
 *
 * @param failure why the attempt did not, with what to do; null when it did.
 * @param certificate null where it could not be looked at.
 */
export function judgeCertificate(
  failure: { readonly reason: string; readonly hints: readonly string[] } | null,
  certificate: ShownCertificate | null,
  nowMs: number,
): Finding {
  if (certificate === null) {
    if (failure !== null) return notOk(failure.reason, ...failure.hints);
    return ok('the certificate is valid; until when could not be looked at');
  }
  const { names, issuer, fromMs, untilMs } = certificate;
  const daysLeft = Math.floor((untilMs - nowMs) / DAY_MS);
  const [from, until] = [day(fromMs), day(untilMs)];
  const details = { certificate: { names, issuer, from, until, daysLeft } };
  const whose = `the certificate of ${names.join(', ')}`;
  if (failure !== null) {
    const message = `${failure.reason}: ${whose}, issued by ${issuer}, is for ${from} to ${until}`;
    return withDetails(notOk(message, ...failure.hints), details);
  }
  if (daysLeft >= WARN_DAYS)
    return withDetails(ok(`${whose} is valid until ${until} (${counted(daysLeft, 'day')})`), details);
  return withDetails(
    warning(
      `${whose}, issued by ${issuer}, ends on ${until}, ${inDays(daysLeft)}`,
      'Renew it: once it has ended, every event waits, and is given up when its schedule is over.',
    ),
    details,
  );
}

function inDays(days: number): string {
  if (days < 1) return 'in less than a day';
  return days === 1 ? 'in one day' : `in ${days} days`;
}

function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
}
