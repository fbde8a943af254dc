import type * as z from 'zod';
import { flag } from '../../../settings/scalar.ts';
import { section } from '../../../settings/section.ts';
import { dnsLabel } from '../../config/name-list.ts';
import { authSpec } from './auth-spec.ts';
import { deliverySpec } from './delivery-spec.ts';
import { withRules } from './field-rule.ts';
import { headersSpec } from './headers-spec.ts';
import { labelSelectorSpec } from './label-selector-spec.ts';
import { selectionFields } from './selection-spec.ts';
import { signingSpec } from './signing-spec.ts';
import { clusterTarget, namespacedTarget } from './target-spec.ts';
import { tlsSpec } from './tls-spec.ts';

/** `spec` of a HookSubscription, with its defaults. */
export type HookSubscriptionSpec = z.output<ReturnType<typeof hookSubscriptionSpec>>;

/** `spec` of a ClusterHookSubscription, with its defaults. */
export type ClusterHookSubscriptionSpec = z.output<ReturnType<typeof clusterHookSubscriptionSpec>>;

/** What a namespace subscribes: its own Pods, to a Service of its own or a public host. */
export function hookSubscriptionSpec() {
  const shape = section({ ...first(), target: namespacedTarget(), ...rest() });
  return withRules(shape, [onlyOfPostStop]).describe('What is told to whom.');
}

/** What the operator subscribes over namespaces: also to an event bus. */
export function clusterHookSubscriptionSpec() {
  const shape = section({
    ...first(),
    namespaceSelector: labelSelectorSpec(
      'Only Pods in namespaces with these labels; {} means all namespaces.',
    ),
    secretNamespace: dnsLabel('a namespace')
      .optional()
      .describe('Namespace of every Secret and Service named here.'),
    target: clusterTarget(),
    ...rest(),
  });
  return withRules(shape, [
    onlyOfPostStop,
    {
      rule: '!has(self.target.eventBridge) || (!has(self.auth) && !has(self.tls) && !has(self.headers))',
      message: 'auth, tls and headers do not apply to an EventBridge target',
      holds: ({ target, auth, tls, headers }) =>
        target.eventBridge === undefined ||
        (auth === undefined && tls === undefined && headers === undefined),
    },
    {
      rule: '!has(self.target.service) || has(self.secretNamespace)',
      message: 'target.service needs secretNamespace',
      holds: ({ target, secretNamespace }) => target.service === undefined || secretNamespace !== undefined,
    },
    {
      rule: [
        'has(self.secretNamespace) || !(has(self.target.urlSecretRef) || has(self.auth)',
        '(has(self.signing) && has(self.signing.secretRef))',
        '(has(self.tls) && (has(self.tls.caSecretRef) || has(self.tls.clientCertificate)))',
        '(has(self.headers) && self.headers.exists(h, has(h.secretRef))))',
      ].join(' || '),
      message: 'a reference to a Secret needs secretNamespace',
      holds: (spec) => spec.secretNamespace !== undefined || !namesSecret(spec),
    },
  ]).describe('What is told to whom.');
}

function first() {
  return {
    suspend: flag()
      .default(false)
      .describe(
        'Hold deliveries. Events go on being journalled and are delivered on resume, within the journal quota.',
      ),
  };
}

function rest() {
  return {
    signing: signingSpec(),
    auth: authSpec().optional(),
    tls: tlsSpec().optional(),
    headers: headersSpec().optional(),
    ...selectionFields(),
    delivery: deliverySpec(),
  };
}

type Selection = {
  readonly hooks: readonly string[];
  readonly exitCodes?: unknown;
  readonly reasons?: unknown;
};

const onlyOfPostStop = {
  rule: "!(has(self.exitCodes) || has(self.reasons)) || (has(self.hooks) && self.hooks.all(h, h == 'postStop'))",
  message: 'exitCodes and reasons need hooks: [postStop]',
  holds: ({ hooks, exitCodes, reasons }: Selection) =>
    (exitCodes === undefined && reasons === undefined) || hooks.every((hook) => hook === 'postStop'),
};

type Secretive = Pick<HookSubscriptionSpec, 'target' | 'auth' | 'signing' | 'tls' | 'headers'>;

function namesSecret({ target, auth, signing, tls, headers = [] }: Secretive): boolean {
  return (
    [target.urlSecretRef, auth, signing.secretRef, tls?.caSecretRef, tls?.clientCertificate].some(
      (reference) => reference !== undefined,
    ) || headers.some(({ secretRef }) => secretRef !== undefined)
  );
}
