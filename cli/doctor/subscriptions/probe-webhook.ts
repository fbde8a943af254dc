import { randomUUID } from 'node:crypto';
import { generateSecret } from '../../../protocol/signature/keygen.ts';
import { parseSigningSecret, type SigningSecret } from '../../../protocol/signature/signing-secret.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { AttemptDeadline } from '../../../watcher/delivery/event-sender.ts';
import type { Outcome } from '../../../watcher/delivery/outcome.ts';
import { createWebhookSender } from '../../../watcher/delivery/send/webhook-sender.ts';
import type { WebhookTarget } from '../../../watcher/delivery/subscription-target.ts';
import { version } from '../../terminal/version.ts';
import { probeEvent } from './probe-event.ts';

/**
 * One attempt as the watcher makes it, with its proxy, its bearer token and its certificates, but signed with a key that was
 * made just now: a receiver that verifies refuses it, and nothing is stored.
 */
export async function probeWebhook(
  target: WebhookTarget,
  limits: { readonly clock: Clock; readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<Outcome> {
  const { clock, deadlineMs, signal } = limits;
  const ms = Math.min(deadlineMs, target.timeoutMs);
  const secrets = await Promise.all(target.secrets.map(wrongKeyFor));
  const sender = createWebhookSender({ ...target, concurrency: 1, secrets }, { clock, version: version() });
  const attempt = new AbortController();
  const cancel = clock.after(ms, () => attempt.abort(new AttemptDeadline(ms)));
  try {
    const event = probeEvent(clock.nowMs(), randomUUID().replaceAll('-', ''));
    return await sender.send(event, AbortSignal.any([signal, attempt.signal]));
  } finally {
    cancel();
    await sender.close();
  }
}

/** Another key of the same scheme, so that it is refused for its signature and not for its scheme. */
async function wrongKeyFor({ kind }: SigningSecret): Promise<SigningSecret> {
  return parseSigningSecret((await generateSecret(kind)).secret);
}
