import * as z from 'zod';
import {
  EVENT_BUS_NAME_PATTERN,
  MAX_EVENT_BUS_NAME,
} from '../../protocol/eventbridge/eventbridge-bus-name.ts';
import { duration } from '../../settings/duration.ts';
import { proxyKey } from '../../settings/outbound/proxy-key.ts';
import { flag, lineOfText, oneOf, wholeNumber } from '../../settings/scalar.ts';
import type { SecretSources } from '../../settings/secret-source.ts';
import { section } from '../../settings/section.ts';
import { eventSelectionKeys } from './event-selection.ts';
import { misplacedExitKeys } from './exit-filter-keys.ts';
import { dnsLabel } from './name-list.ts';
import {
  AWS_REGION_PATTERN,
  LONGEST_AWS_REGION,
  MOST_PREVIOUS_SECRETS,
  PER_MINUTE,
} from './subscription-bounds.ts';
import { subscriptionHeaders } from './subscription-headers.ts';
import { subscriptionOAuth2 } from './subscription-oauth2.ts';
import { createSubscriptionSecrets } from './subscription-secrets.ts';
import { subscriptionTls } from './subscription-tls.ts';
import { isPlainHttp, subscriptionUrl } from './subscription-url.ts';

const MOST_RETRIES = 50;

/** Words people try first. */
const SYNONYMS = {
  webhook: 'url',
  endpoint: 'url',
  target: 'url',
  secret: 'signingSecretFile',
  signingSecret: 'signingSecretFile',
  token: 'bearerTokenFile',
  bearerToken: 'bearerTokenFile',
  oauth: 'oauth2',
  rateLimit: 'maxPerMinute',
  perMinute: 'maxPerMinute',
  events: 'hooks',
  labels: 'selector',
  labelSelector: 'selector',
  matchLabels: 'selector',
  podSelector: 'selector',
  matchExpressions: 'selectorExpressions',
  expressions: 'selectorExpressions',
  exitCode: 'exitCodes',
  reason: 'reasons',
  // The number of attempts is the length of the schedule.
  ca: 'tls',
  caFile: 'tls',
  clientCertificate: 'tls',
  mtls: 'tls',
  maxAttempts: 'retrySchedule',
  retries: 'retrySchedule',
};

/** Keys that only mean something for a webhook. */
const WEBHOOK_KEYS = [
  'url',
  'signingSecretFile',
  'signingSecretEnv',
  'previousSecretFiles',
  'bearerTokenFile',
  'bearerTokenEnv',
  'oauth2',
  'headers',
  'tls',
] as const;

/** One entry of `subscriptions`: a webhook (`url`) or an EventBridge bus (`eventBridge`). */
export function subscriptionSchema(sources: SecretSources) {
  const secrets = createSubscriptionSecrets(sources);
  const shape = {
    name: dnsLabel('a name for the subscription'),
    url: subscriptionUrl().optional(),
    signingSecretFile: secrets.signingSecretFile().optional(),
    signingSecretEnv: secrets.signingSecretEnv().optional(),
    previousSecretFiles: z
      .array(secrets.signingSecretFile())
      .max(MOST_PREVIOUS_SECRETS, { error: `expected at most ${MOST_PREVIOUS_SECRETS} previous secrets` })
      .optional(),
    bearerTokenFile: secrets.bearerTokenFile().optional(),
    bearerTokenEnv: secrets.bearerTokenEnv().optional(),
    oauth2: subscriptionOAuth2(sources).optional(),
    headers: subscriptionHeaders(sources).optional(),
    eventBridge: eventBridgeSchema().optional(),
    ...eventSelectionKeys(),
    ordering: oneOf(['none', 'container']).default('none'),
    concurrency: wholeNumber(1, 256).default(16),
    maxPerMinute: wholeNumber(PER_MINUTE.least, PER_MINUTE.most).optional(),
    timeout: duration({ min: '1s', max: '30s' }).prefault('15s'),
    retrySchedule: retrySchedule().optional(),
    dropExpired: flag().default(false),
    allowHttp: flag().default(false),
    tls: subscriptionTls(sources).optional(),
    proxy: proxyKey(sources),
  };
  const entry = section(shape, SYNONYMS);
  // `when`: the checks across keys must also run where a single key is wrong, so that all faults come at once.
  return entry
    .superRefine(
      (value, context) => {
        for (const { path, message } of contradictions(value)) {
          context.addIssue({ code: 'custom', path, message });
        }
      },
      { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
    )
    .meta({ anyOf: [{ required: ['url'] }, { required: ['eventBridge'] }] });
}

export type ParsedSubscription = z.output<ReturnType<typeof subscriptionSchema>>;

function eventBridgeSchema() {
  const shape = {
    busName: lineOfText(MAX_EVENT_BUS_NAME, 'the name or ARN of an event bus').regex(EVENT_BUS_NAME_PATTERN, {
      error: 'expected the name or ARN of an event bus: at most 256 letters, digits and /.-_',
    }),
    region: lineOfText(LONGEST_AWS_REGION, 'an AWS region')
      .regex(AWS_REGION_PATTERN, { error: 'expected an AWS region such as eu-central-1' })
      .optional(),
    endpoint: subscriptionUrl().optional(),
  };
  return section(shape, { bus: 'busName', eventBusName: 'busName', name: 'busName' });
}

function retrySchedule() {
  return z
    .array(duration({ min: '0s', max: '7d' }), {
      error: 'expected a list of waits, such as [1s, 30s, 5m, 2h]',
    })
    .min(1, { error: 'the empty schedule never retries; name at least one wait, such as [1s, 30s, 5m]' })
    .max(MOST_RETRIES, { error: `expected at most ${MOST_RETRIES} waits` });
}

type Contradiction = { readonly path: string[]; readonly message: string };

/** What is wrong between the keys of one subscription, whatever is wrong within them. */
function contradictions(value: ParsedSubscription): Contradiction[] {
  return [
    ...(value.eventBridge === undefined ? ofWebhook(value) : ofEventBridge(value)),
    ...plainHttp(value),
    ...misplacedExitKeys(value),
  ];
}

function ofWebhook(value: ParsedSubscription): Contradiction[] {
  if (value.url === undefined) {
    return [{ path: [], message: 'needs url (a webhook) or eventBridge (an event bus)' }];
  }
  const found: Contradiction[] = [];
  if (value.signingSecretFile === undefined && value.signingSecretEnv === undefined) {
    const message =
      'needs signingSecretFile or signingSecretEnv: where the signing secret is; `offhook keygen` makes one';
    found.push({ path: [], message });
  }
  if (value.signingSecretFile !== undefined && value.signingSecretEnv !== undefined) {
    found.push({ path: ['signingSecretEnv'], message: 'signingSecretFile is given too; keep one of them' });
  }
  if (value.bearerTokenFile !== undefined && value.bearerTokenEnv !== undefined) {
    found.push({ path: ['bearerTokenEnv'], message: 'bearerTokenFile is given too; keep one of them' });
  }
  if (value.oauth2 !== undefined && (value.bearerTokenFile ?? value.bearerTokenEnv) !== undefined) {
    found.push({ path: ['oauth2'], message: 'a bearer token is given too; keep one of them' });
  }
  return found;
}

function ofEventBridge(value: ParsedSubscription): Contradiction[] {
  return WEBHOOK_KEYS.filter((key) => value[key] !== undefined).map((key) => ({
    path: [key],
    message: 'belongs to webhooks, not to eventBridge; make it a subscription of its own',
  }));
}

/** No exception for loopback: an operator who wants plain http says so. */
function plainHttp(value: ParsedSubscription): Contradiction[] {
  if (value.tls !== undefined && isHttp(value.url))
    return [{ path: ['tls'], message: 'the URL is plain http: there is no TLS' }];
  if (value.allowHttp === true) return [];
  const message = 'https required; plain http needs allowHttp: true in this subscription';
  const found: Contradiction[] = [];
  if (isHttp(value.url)) found.push({ path: ['url'], message });
  if (isHttp(value.oauth2?.tokenUrl)) found.push({ path: ['oauth2', 'tokenURL'], message });
  if (isHttp(value.eventBridge?.endpoint)) found.push({ path: ['eventBridge', 'endpoint'], message });
  return found;
}

function isHttp(url: unknown): boolean {
  return typeof url === 'string' && isPlainHttp(url);
}
