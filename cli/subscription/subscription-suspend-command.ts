import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { JSON_RESULT } from '../options/json.ts';
import { SUBSCRIPTION_NAME, WHICH_SUBSCRIPTIONS } from './which-subscriptions.ts';

const ABOUT = `
Sets spec.suspend: deliveries are held. Events go on being kept, within the quota of the journal and its
retention, and go out on resume. The receiver is not told.
`;

export const subscriptionSuspendCommand = defineCommand({
  name: 'suspend',
  summary: 'hold deliveries; events are kept',
  about: ABOUT,
  operands: { name: SUBSCRIPTION_NAME },
  options: { ...WHICH_SUBSCRIPTIONS, json: JSON_RESULT },
  exitCodes: { 0: '(also when it was so already)', 1: 'when it cannot be changed', 2: MISTAKE },
  run: async (values, io) => (await import('./hold-subscription.ts')).holdSubscription(values, true, io),
});
