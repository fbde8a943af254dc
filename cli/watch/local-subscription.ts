import type { SigningSecret } from '../../protocol/signature/signing-secret.ts';
import { Secret } from '../../settings/secret.ts';
import type { SubscriptionConfig } from '../../watcher/config/watcher-config.ts';

/**
 * A subscription that no configuration names, plain http allowed.
 *
 * @param more what is not as it is by default.
 * @param secrets the current one first, one to four.
 */
export function localSubscription(
  to: { readonly name: string; readonly url: string; readonly secrets: readonly SigningSecret[] },
  more: Partial<SubscriptionConfig> = {},
): SubscriptionConfig {
  const [secret, ...previous] = to.secrets.map((each) => new Secret(each));
  if (secret === undefined) throw new RangeError('a subscription needs a secret');
  return {
    name: to.name,
    filter: {},
    target: { kind: 'webhook', url: to.url, secret, previousSecrets: previous, allowHttp: true },
    ordering: 'none',
    concurrency: 16,
    timeoutMs: 15_000,
    dropExpired: false,
    ...more,
  };
}
