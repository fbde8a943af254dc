import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { JSON_RESULT } from '../options/json.ts';
import { SUBSCRIPTION_NAME, WHICH_SUBSCRIPTIONS } from './which-subscriptions.ts';

const ABOUT = `
Sets spec.suspend to false: what waits goes out, the oldest first, and then what happens.
`;

export const subscriptionResumeCommand = defineCommand({
  name: 'resume',
  summary: 'deliver again, what waits first',
  about: ABOUT,
  operands: { name: SUBSCRIPTION_NAME },
  options: { ...WHICH_SUBSCRIPTIONS, json: JSON_RESULT },
  exitCodes: { 0: '(also when it was so already)', 1: 'when it cannot be changed', 2: MISTAKE },
  run: async (values, io) => (await import('./hold-subscription.ts')).holdSubscription(values, false, io),
});
