import type { Outcome } from '../../../watcher/delivery/outcome.ts';
import type { WebhookTarget } from '../../../watcher/delivery/subscription-target.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { type Finding, notOk, ok } from '../examination/finding.ts';
import { judgeAnswer } from './judge-answer.ts';
import { judgeCertificate } from './judge-certificate.ts';
import { lookAtCertificate, type ShownCertificate } from './look-at-certificate.ts';
import { probeWebhook } from './probe-webhook.ts';
import { type FailedStep, readFailure } from './read-failure.ts';

type Turnstile = <T>(work: () => Promise<T>) => Promise<T>;

/** What came of it, and the certificate that the receiver shows; null where there is none, or it could not be had. */
type Attempt = { readonly outcome: Outcome; readonly certificate: ShownCertificate | null };

/** The steps of one attempt in their order; which of them there are depends on the URL and the proxy. */
type Step = { readonly step: FailedStep; readonly title: string; readonly passed: string };

/**
 * Whether events of a subscription would get to their receiver: one attempt, told step by step. Nothing is stored.
 */
export function checkWebhook(
  examination: Examination,
  configuration: Examined<unknown>,
  { target, takeTurn }: { readonly target: WebhookTarget; readonly takeTurn: Turnstile },
): void {
  const { check } = examination;
  const attempt = beginAttempt(examination, target, takeTurn);
  const group = `Subscription ${target.name}`;
  let before: Examined<unknown> = configuration;
  for (const { step, title, passed } of stepsOf(target)) {
    before = check({
      id: `subscriptions.${target.name}.${step}`,
      ...{ group, title },
      needs: [before, attempt],
      run: ([, { outcome, certificate }]) =>
        step === 'tls'
          ? judgeCertificate(failureAt(outcome, step), certificate, examination.clock.nowMs())
          : tellStep(outcome, step, passed),
    });
  }
  check({
    id: `subscriptions.${target.name}.signature`,
    group,
    title: 'signature',
    needs: [before, attempt],
    run: ([, { outcome }]) => tellAnswer(outcome, target.bearerToken !== undefined),
  });
}

/** It has a deadline of its own, which begins when it is its turn. */
function beginAttempt(
  examination: Examination,
  target: WebhookTarget,
  takeTurn: Turnstile,
): Examined<Attempt> {
  const finding = takeTurn(() => makeAttempt(target, examination)).then((attempt) => ok('made', attempt));
  // Whoever needs it hears of it.
  finding.catch(() => {});
  return { title: 'attempt', finding };
}

async function makeAttempt(target: WebhookTarget, examination: Examination): Promise<Attempt> {
  const outcome = await probeWebhook(target, examination);
  const reached = outcome.status !== null || /^(tls|timeout|reset|protocol)/.test(reasonOf(outcome));
  if (!target.url.startsWith('https:') || !reached) return { outcome, certificate: null };
  return { outcome, certificate: await lookAtCertificate(target, examination) };
}

function reasonOf(outcome: Outcome): string {
  return outcome.kind === 'delivered' ? '' : outcome.reason;
}

function stepsOf({ url, proxyFor }: WebhookTarget): readonly Step[] {
  const { protocol, hostname, host } = new URL(url);
  const proxy = proxyFor?.(new URL(url)) ?? null;
  const way: readonly Step[] =
    proxy === null
      ? [
          { step: 'host', title: 'host', passed: `${hostname} resolves` },
          { step: 'connection', title: 'connection', passed: `${host} is reached` },
        ]
      : [{ step: 'proxy', title: 'proxy', passed: `${host} is reached by way of ${proxy.origin}` }];
  const tls: Step = { step: 'tls', title: 'TLS', passed: '' };
  const answer: Step = { step: 'answer', title: 'answer', passed: 'comes in time' };
  return protocol === 'https:' ? [...way, tls, answer] : [...way, answer];
}

/** A step that the attempt passed is good; where none that is listed failed, it was the last one. */
function tellStep(outcome: Outcome, step: FailedStep, passed: string): Finding {
  const failure = failureAt(outcome, step);
  return failure === null ? ok(passed) : notOk(failure.reason, ...failure.hints);
}

/** Why the attempt ended in this step; null when it did not. */
function failureAt(outcome: Outcome, step: FailedStep) {
  if (outcome.kind === 'delivered' || outcome.status !== null) return null;
  const { reason } = outcome;
  const found = readFailure(reason);
  return found.step === step ? { reason, hints: found.hints } : null;
}

function tellAnswer(outcome: Outcome, hasBearerToken: boolean): Finding {
  const clockSkewMs = outcome.kind === 'retry' ? outcome.clockSkewMs : undefined;
  return judgeAnswer({ status: outcome.status ?? 0, clockSkewMs }, hasBearerToken);
}
