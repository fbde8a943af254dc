import type * as z from 'zod';
import {
  clusterHookSubscriptionSpec,
  hookSubscriptionSpec,
} from '../../../watcher/subscriptions/spec/hook-subscription-spec.ts';
import { subscriptionStatusSchema } from '../../../watcher/subscriptions/spec/status-schema.ts';
import {
  SUBSCRIPTION_API,
  SUBSCRIPTION_KINDS,
  type SubscriptionKind,
} from '../../../watcher/subscriptions/spec/subscription-kind.ts';
import { PRINTER_COLUMNS } from './printer-columns.ts';
import { structuralDocument } from './structural-document.ts';

const SPECS: Readonly<Record<SubscriptionKind, () => z.ZodType>> = {
  HookSubscription: hookSubscriptionSpec,
  ClusterHookSubscription: clusterHookSubscriptionSpec,
};

const ABOUT: Readonly<
  Record<SubscriptionKind, { readonly shortName: string; readonly description: string }>
> = {
  HookSubscription: {
    shortName: 'hooksub',
    description: 'Tells a receiver of the containers of one namespace, its own.',
  },
  ClusterHookSubscription: {
    shortName: 'chooksub',
    description: "Tells a receiver of the containers of namespaces that a selector picks: the operator's.",
  },
};

/**
 * The CustomResourceDefinition of a kind, made of the schema by which the watcher reads it.
 *
 * Uninstalling leaves it where it is (`helm.sh/resource-policy`): with it every object of the kind would go. It carries none
 * of the labels by which an installation is removed.
 */
export function customResourceDefinition(kind: SubscriptionKind): Record<string, unknown> {
  const { group, version } = SUBSCRIPTION_API;
  const { plural, namespaced } = SUBSCRIPTION_KINDS[kind];
  const { shortName } = ABOUT[kind];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      labels: { 'app.kubernetes.io/part-of': 'offhook' },
      annotations: {
        'helm.sh/resource-policy': 'keep',
        // Descriptions and patterns hold $, which is no variable.
        'kustomize.toolkit.fluxcd.io/substitute': 'disabled',
      },
    },
    spec: {
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: [shortName],
        categories: ['offhook'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          selectableFields: [{ jsonPath: '.spec.suspend' }],
          additionalPrinterColumns: PRINTER_COLUMNS,
          schema: { openAPIV3Schema: objectSchema(kind) },
        },
      ],
    },
  };
}

function objectSchema(kind: SubscriptionKind) {
  return {
    description: ABOUT[kind].description,
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 63 } } },
      spec: structuralDocument(SPECS[kind]()),
      status: structuralDocument(subscriptionStatusSchema()),
    },
  };
}
