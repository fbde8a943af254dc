import * as z from 'zod';
import { HOOKS } from '../../protocol/event/event-type.ts';
import type { SubscriptionFilter } from '../../protocol/event/subscription-filter.ts';
import { nearest } from '../../settings/nearest.ts';
import { exitCodesSchema, reasonsSchema } from './exit-filter-keys.ts';
import { labelExpressionsSchema, labelSelectorSchema } from './label-selector.ts';
import { dnsLabel, nameList } from './name-list.ts';

/** The keys of a subscription that say which events it gets. */
export function eventSelectionKeys() {
  return {
    hooks: nameList(hookName(), 'hooks').optional(),
    namespaces: nameList(dnsLabel('a namespace'), 'namespaces').optional(),
    selector: labelSelectorSchema().optional(),
    selectorExpressions: labelExpressionsSchema().optional(),
    containers: nameList(dnsLabel('a container'), 'containers').optional(),
    exitCodes: exitCodesSchema().optional(),
    reasons: reasonsSchema().optional(),
  };
}

type EventSelection = z.output<z.ZodObject<ReturnType<typeof eventSelectionKeys>>>;

/** The filter that the keys make. */
export function toFilter(selection: EventSelection): SubscriptionFilter {
  const { hooks, namespaces, selector, selectorExpressions, containers, exitCodes, reasons } = selection;
  return {
    ...(hooks && { hooks }),
    ...(namespaces && { namespaces }),
    ...(selector && { selector }),
    ...(selectorExpressions && { selectorExpressions }),
    ...(containers && { containers }),
    ...(exitCodes && { exitCodes }),
    ...(reasons && { reasons }),
  };
}

function hookName() {
  return z.enum(HOOKS, {
    error: ({ input }) => {
      const near = typeof input === 'string' ? nearest(input, HOOKS) : undefined;
      const hint = near === undefined ? '' : `did you mean "${near}"? `;
      return `unknown hook; ${hint}valid hooks: ${HOOKS.join(', ')}`;
    },
  });
}
