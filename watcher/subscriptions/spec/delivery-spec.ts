import { oneOf, wholeNumber } from '../../../settings/scalar.ts';
import { section } from '../../../settings/section.ts';
import { PER_MINUTE, TIMEOUT_SECONDS } from '../../config/subscription-bounds.ts';
import { atomicList } from './field-forms.ts';

/** How patiently events are delivered. */
export function deliverySpec() {
  return section({
    ordering: oneOf(['None', 'Container'])
      .default('Container')
      .describe(
        'Container: later events of a container wait until the earlier one is delivered or given up.',
      ),
    concurrency: wholeNumber(1, 64).default(8).describe('Deliveries at the same time.'),
    timeoutSeconds: wholeNumber(TIMEOUT_SECONDS.least, TIMEOUT_SECONDS.most)
      .default(15)
      .describe('Deadline of one attempt.'),
    retryDelaysSeconds: atomicList(wholeNumber(1, 86_400), 'waits', { least: 1, most: 32 })
      .optional()
      .describe(
        'Waits between attempts; then the event becomes a dead letter. Left out: the default schedule.',
      ),
    expired: oneOf(['Send', 'Drop'])
      .default('Send')
      .describe('Drop: a preStop event past its deadline is given up instead of delivered late.'),
    maxPerMinute: wholeNumber(PER_MINUTE.least, PER_MINUTE.most)
      .optional()
      .describe('Deliveries that may begin in a minute. Left out: the quota of the namespace.'),
  })
    .prefault({})
    .describe('How events are delivered.');
}
