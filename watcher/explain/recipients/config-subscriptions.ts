import * as z from 'zod';
import { expectedUnseen } from '../../../settings/expected.ts';
import { renameKeys } from '../../../settings/renamed-keys.ts';
import { schemaFaults } from '../../../settings/schema-faults.ts';
import { eventSelectionKeys, toFilter } from '../../config/event-selection.ts';
import { misplacedExitKeys } from '../../config/exit-filter-keys.ts';
import { FORMER_WATCHER_KEYS } from '../../config/former-watcher-keys.ts';
import { dnsLabel, nameList } from '../../config/name-list.ts';
import type { FoundDocument, FoundSubscriptions } from './found-subscriptions.ts';

/** Whether a document is an `offhook.yaml`. */
export function isConfiguration(value: unknown): value is { readonly subscriptions: unknown } {
  return typeof value === 'object' && value !== null && 'subscriptions' in value;
}

/**
 * The subscriptions of an `offhook.yaml`, of which only what says which events they get is read: neither are its secrets
 * there, where somebody asks what it would do, nor are they needed.
 */
export function configSubscriptions({ file, value, locate }: FoundDocument): FoundSubscriptions {
  const { value: renamed, moved } = renameKeys(value, FORMER_WATCHER_KEYS);
  const parsed = schema().safeParse(renamed);
  if (!parsed.success) {
    const faults = schemaFaults(parsed.error, { file, locate, overrides: [], moved });
    return { subscriptions: [], faults };
  }
  const { subscriptions, watch } = parsed.data;
  return {
    faults: [],
    subscriptions: subscriptions.map((subscription) => ({
      name: subscription.name,
      filter: toFilter(subscription),
      ...(watch?.namespaces && { watched: watch.namespaces }),
      suspended: false,
    })),
  };
}

function schema() {
  const subscription = z
    .looseObject({ name: dnsLabel('a name for the subscription'), ...eventSelectionKeys() })
    .superRefine((value, context) => {
      for (const { path, message } of misplacedExitKeys(value))
        context.addIssue({ code: 'custom', path, message });
    });
  return z.looseObject({
    subscriptions: z.array(subscription, expectedUnseen('a list of subscriptions')),
    watch: z
      .looseObject({ namespaces: nameList(dnsLabel('a namespace'), 'namespaces').optional() })
      .optional(),
  });
}
