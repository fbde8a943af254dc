import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { AwsReceiverSettings } from '../settings/receiver-settings.ts';

/** @property page, @property checkpoint, @property handlers absent where they are switched off. */
export type Secrets = {
  readonly signing: Secret;
  readonly page: Secret | undefined;
  readonly checkpoint: Secret | undefined;
  readonly handlers: Secret | undefined;
};

const PAGE_TOKEN_LENGTH = 40;

/**
 * The secrets, by reference: no value is ever in a template. The keys start as random text that is no `whsec_…`, so
 * receiver and maintenance refuse to work until somebody puts the real ones.
 */
export function createSecrets(
  scope: Construct,
  { page, checkpoints, handlers }: Pick<AwsReceiverSettings, 'page' | 'checkpoints' | 'handlers'>,
): Secrets {
  return {
    signing: new Secret(scope, 'SigningSecret', {
      description:
        'Offhook: whsec_… or whpk_… that verify webhooks, separated by white space. Put it yourself',
    }),
    page: page
      ? new Secret(scope, 'PageToken', {
          description: 'Offhook: opens the page, once as /?token=…',
          generateSecretString: { passwordLength: PAGE_TOKEN_LENGTH, excludePunctuation: true },
        })
      : undefined,
    checkpoint: checkpoints
      ? new Secret(scope, 'CheckpointSecret', {
          description:
            'Offhook: whsk_… or whsec_… that signs checkpoints of the audit trail. Put it yourself',
        })
      : undefined,
    handlers: handlers.secrets
      ? new Secret(scope, 'HandlerSecrets', {
          description:
            'Offhook: variables of the handlers that are secrets, as a JSON object. Put it yourself',
          // An object from the start, so that the handlers run before anybody has put one.
          generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'PLACEHOLDER' },
        })
      : undefined,
  };
}
