import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { durationValue } from '../command/value-kinds.ts';
import { JSON_RESULT } from '../options/json.ts';
import { SUBSCRIPTION_NAME, WHICH_SUBSCRIPTIONS } from './which-subscriptions.ts';

const ABOUT = `
Has the watcher send a sample event to the receiver, signed, by the same way as the subscription's own events, and
waits for what comes of it. It writes the annotation offhook.dev/test to the object, and reads status.lastTest.

The sample is in no queue and is not tried again. There is at most one a minute an object.
`;

export const subscriptionTestCommand = defineCommand({
  name: 'test',
  summary: 'have a sample event sent, and see what comes of it',
  about: ABOUT,
  operands: { name: SUBSCRIPTION_NAME },
  options: {
    ...WHICH_SUBSCRIPTIONS,
    timeout: {
      placeholder: 'DURATION',
      kind: durationValue,
      help: 'longest time to wait for what comes of it, such as 90s',
      default: '30s',
    },
    json: JSON_RESULT,
  },
  exitCodes: {
    0: 'when the receiver took it',
    1: 'when it did not, when nothing was sent, or when nothing is known of it in time',
    2: MISTAKE,
  },
  run: async (values, io) => (await import('./test-subscription.ts')).testSubscription(values, io),
});
