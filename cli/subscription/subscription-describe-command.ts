import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { JSON_OBJECT } from '../options/json.ts';
import { SUBSCRIPTION_NAME, WHICH_SUBSCRIPTIONS } from './which-subscriptions.ts';

const ABOUT = `
Tells one object in words: which events go where and how, what its conditions say and what to do about each, the
public keys that the receiver is to trust, what waits, and the last delivery, failure and test. Of a URL only
scheme and host are told, and no value of a header.
`;

export const subscriptionDescribeCommand = defineCommand({
  name: 'describe',
  summary: 'one object in words, and what to do about it',
  about: ABOUT,
  operands: { name: SUBSCRIPTION_NAME },
  options: { ...WHICH_SUBSCRIPTIONS, json: JSON_OBJECT },
  exitCodes: { 0: 'whatever its conditions say', 1: 'when it cannot be read', 2: MISTAKE },
  run: async (values, io) => (await import('./describe-subscription.ts')).describeSubscription(values, io),
});
