import {
  EVENT_BUS_NAME_PATTERN,
  MAX_EVENT_BUS_NAME,
} from '../../../protocol/eventbridge/eventbridge-bus-name.ts';
import { oneOf, wholeNumber } from '../../../settings/scalar.ts';
import { section } from '../../../settings/section.ts';
import { AWS_REGION_PATTERN, LONGEST_AWS_REGION } from '../../config/subscription-bounds.ts';
import { exactlyOne, name, unseen } from './field-forms.ts';
import { PATH_PATTERN, publicUrl } from './public-url.ts';
import { secretReference } from './secret-reference.ts';

/** RFC 1035 labels: names of Services. */
const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const WEBHOOKS = {
  url: publicUrl(
    'Absolute https URL of a host with a public name. Shown elsewhere as scheme and host only.',
  ).optional(),
  urlSecretRef: secretReference(
    'Secret key holding the whole URL, for targets whose path is the credential (Slack, Teams).',
  ).optional(),
  service: serviceTarget().optional(),
};

/** Where a namespace delivers: its own Service, or a public host. */
export function namespacedTarget() {
  return exactlyOne(WEBHOOKS).describe('Where to deliver: exactly one of.');
}

/** Where the operator's subscriptions deliver: also an event bus, with the credentials of the watcher. */
export function clusterTarget() {
  return exactlyOne({ ...WEBHOOKS, eventBridge: eventBridgeTarget().optional() }).describe(
    'Where to deliver: exactly one of.',
  );
}

function serviceTarget() {
  return section({
    name: name('the name of a Service: at most 63 of a-z, 0-9 and "-"', 63, SERVICE_NAME).describe(
      'Name of the Service.',
    ),
    port: wholeNumber(1, 65_535).describe('Port of the Service.'),
    path: unseen('a path that begins with "/", in visible ASCII without "#" and "\\"', 1_024, PATH_PATTERN)
      .default('/')
      .describe('Path and query.'),
    scheme: oneOf(['HTTP', 'HTTPS']).default('HTTP').describe('HTTPS: give tls.caSecretRef, too.'),
  }).describe('A Service whose endpoints are Pods of its namespace. ExternalName is refused.');
}

function eventBridgeTarget() {
  return section({
    busName: name(
      'the name or ARN of an event bus: at most 256 letters, digits and /.-_',
      MAX_EVENT_BUS_NAME,
      EVENT_BUS_NAME_PATTERN,
    ).describe('Name or ARN of the bus.'),
    region: name('an AWS region such as eu-central-1', LONGEST_AWS_REGION, AWS_REGION_PATTERN).describe(
      'AWS region of the bus.',
    ),
  }).describe('An Amazon EventBridge bus, with the AWS credentials of the watcher.');
}
