import type { HandoffMessage } from '../../ingress/handoff.ts';
import type { D1Binding, QueueBinding } from './bindings.ts';
import type { AttemptsBinding } from './bound-attempts.ts';
import type { ClaimsNamespace } from './claims/durable-object-claims.ts';
import type { BatchQueue } from './claims/shared-intake.ts';
import type { DeadLetter } from './queue.ts';
import type { CheckpointBucket } from './r2-sink.ts';

/** The bindings and variables of `wrangler.toml`. Variables that handlers use come as further strings. */
export type WorkerEnv = {
  readonly EVENTS: QueueBinding<HandoffMessage> & BatchQueue;
  readonly DEAD_LETTERS: QueueBinding<DeadLetter>;
  readonly CLAIMS: ClaimsNamespace;
  readonly AUDIT: D1Binding;
  readonly CHECKPOINTS?: CheckpointBucket;
  /** The watcher's attempts, where it shares this machine: `offhook dev` binds it. */
  readonly WATCHER?: AttemptsBinding;
  /** `whsec_…` or `whpk_…`, several for rotation. */
  readonly OFFHOOK_SIGNING_SECRET?: string;
  readonly PAGE_TOKEN?: string;
  /** `true` shows the page without a token: for a receiver on loopback only. */
  readonly PAGE_OPEN?: string;
  /** Shows the page to whom Cloudflare Access has logged in: the team's name, and the application's AUD tag. */
  readonly PAGE_ACCESS_TEAM?: string;
  readonly PAGE_ACCESS_AUDIENCE?: string;
  /** How long claims are remembered, such as `16d`, the default; formerly a number of seconds. */
  readonly RETENTION?: string;
  readonly RETENTION_SECONDS?: string;
  /** `whsk_…` or `whsec_…`, former keys behind it. Without it no checkpoint is signed. */
  readonly CHECKPOINT_SECRET?: string;
  /** How long audit records are kept, such as `400d`; empty: for ever. Formerly a number of days. */
  readonly AUDIT_RETENTION?: string;
  readonly AUDIT_RETENTION_DAYS?: string;
};

/** What of it is text: the variables, and secrets among them. */
export function variablesOf(env: WorkerEnv): Readonly<Record<string, string>> {
  const texts = Object.entries(env).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}
