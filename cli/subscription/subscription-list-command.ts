import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { JSON_LINES } from '../options/json.ts';
import { WHICH_SUBSCRIPTIONS } from './which-subscriptions.ts';

const ABOUT = `
Lists the objects with what a watcher wrote to their status: whether the spec is accepted, whether events arrive and
why not, scheme and host of the target, what waits, what was given up, and how long ago the last delivery was.
`;

export const subscriptionListCommand = defineCommand({
  name: 'list',
  summary: 'the objects, and whether their events arrive',
  about: ABOUT,
  options: { ...WHICH_SUBSCRIPTIONS, json: JSON_LINES },
  examples: ['offhook subscription list --all-namespaces', 'offhook subscription list --cluster'],
  exitCodes: { 0: '(also when there is none)', 1: 'when they cannot be listed', 2: MISTAKE },
  run: async (values, io) => (await import('./print-subscriptions.ts')).printSubscriptions(values, io),
});
