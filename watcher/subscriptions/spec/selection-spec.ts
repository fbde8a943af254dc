import type { ContainerHook } from '../../../protocol/event/event-type.ts';
import {
  LARGEST_EXIT_CODE,
  LONGEST_REASON,
  MOST_EXIT_CODES,
  MOST_REASONS,
  REASON_PATTERN,
  SMALLEST_EXIT_CODE,
} from '../../../protocol/event/filter-limits.ts';
import { oneOf, wholeNumber } from '../../../settings/scalar.ts';
import { section } from '../../../settings/section.ts';
import { name, setOf } from './field-forms.ts';
import { labelSelectorSpec } from './label-selector-spec.ts';

/** In the order of a container's life. */
const LIFECYCLE_HOOKS = [
  'preStart',
  'postStart',
  'preStop',
  'postStop',
] as const satisfies readonly ContainerHook[];

const CONTAINER_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** Which events are wanted: fields of the spec itself. */
export function selectionFields() {
  return {
    hooks: setOf(oneOf(LIFECYCLE_HOOKS), 'hooks', { least: 1, most: LIFECYCLE_HOOKS.length })
      .default([...LIFECYCLE_HOOKS])
      .describe('Only events of these hooks.'),
    selection: oneOf(['Selector', 'Annotation'])
      .default('Selector')
      .describe(
        'Annotation: only pods that name this subscription in offhook.dev/subscribe, and that podSelector matches.',
      ),
    podSelector: labelSelectorSpec('Only Pods with these labels; empty means all.').optional(),
    containers: setOf(name('a container: at most 63 of a-z, 0-9 and "-"', 63, CONTAINER_NAME), 'containers', {
      most: 32,
    })
      .optional()
      .describe('Container names; empty means all.'),
    exitCodes: exitCodesSpec().optional(),
    reasons: setOf(
      name('a termination reason such as OOMKilled', LONGEST_REASON, new RegExp(REASON_PATTERN)),
      'reasons',
      { most: MOST_REASONS },
    )
      .optional()
      .describe('postStop only: termination reasons, such as OOMKilled.'),
  };
}

function exitCodesSpec() {
  return section({
    operator: oneOf(['In', 'NotIn']).describe(
      'Whether the exit code must be one of the values, or none of them.',
    ),
    values: setOf(wholeNumber(SMALLEST_EXIT_CODE, LARGEST_EXIT_CODE), 'exit codes', {
      least: 1,
      most: MOST_EXIT_CODES,
    }).describe('Exit codes.'),
  }).describe('postStop only; same shape as a Job podFailurePolicy onExitCodes.');
}
