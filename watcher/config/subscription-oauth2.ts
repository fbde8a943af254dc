import * as z from 'zod';
import { expected, expectedUnseen } from '../../settings/expected.ts';
import type { Secret } from '../../settings/secret.ts';
import type { SecretSources } from '../../settings/secret-source.ts';
import { section } from '../../settings/section.ts';
import { CLIENT_ID_PATTERN, OAUTH2, SCOPE_PATTERN } from './subscription-bounds.ts';
import { createSubscriptionSecrets } from './subscription-secrets.ts';
import { subscriptionUrl } from './subscription-url.ts';

/** Client credentials (RFC 6749, 4.4). */
export type ConfiguredOAuth2 = {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret<string>;
  readonly scopes: readonly string[];
  readonly audience?: string;
};

const SYNONYMS = {
  tokenUrl: 'tokenURL',
  url: 'tokenURL',
  tokenEndpoint: 'tokenURL',
  clientId: 'clientID',
  clientSecret: 'clientSecretFile',
  scope: 'scopes',
};

/** The key `oauth2` of a webhook. The URL may be plain http as far as its subscription allows it. */
export function subscriptionOAuth2(sources: SecretSources) {
  const secrets = createSubscriptionSecrets(sources);
  const shape = {
    tokenURL: subscriptionUrl(),
    clientID: printable(OAUTH2.clientId, 'the id of the client'),
    clientSecretFile: secrets.clientSecretFile().optional(),
    clientSecretEnv: secrets.clientSecretEnv().optional(),
    scopes: z
      .array(scope(), expectedUnseen('a list of scopes, such as [events:write]'))
      .max(OAUTH2.scopes, { error: `expected at most ${OAUTH2.scopes} scopes` })
      .default([]),
    audience: printable(OAUTH2.audience, 'an audience').optional(),
  };
  return section(shape, SYNONYMS).transform((parsed, context): ConfiguredOAuth2 => {
    const { tokenURL, clientID, clientSecretFile, clientSecretEnv, scopes, audience } = parsed;
    const clientSecret = clientSecretFile ?? clientSecretEnv;
    if (clientSecret === undefined || (clientSecretFile && clientSecretEnv)) {
      context.addIssue(
        'needs one of clientSecretFile and clientSecretEnv: where the secret of the client is',
      );
      return z.NEVER;
    }
    return {
      ...{ tokenUrl: tokenURL, clientId: clientID, clientSecret, scopes },
      ...(audience !== undefined && { audience }),
    };
  });
}

function printable(longest: number, what: string) {
  const params = expected(`${what} (1 to ${longest} characters of printable ASCII)`);
  return z.string(params).max(longest, params).regex(CLIENT_ID_PATTERN, params);
}

function scope() {
  const params = expected(
    `a scope (1 to ${OAUTH2.scope} characters of printable ASCII without spaces, " and \\)`,
  );
  return z.string(params).max(OAUTH2.scope, params).regex(SCOPE_PATTERN, params);
}
