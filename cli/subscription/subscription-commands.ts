import type { CommandGroup } from '../command/command.ts';
import { subscriptionDescribeCommand } from './subscription-describe-command.ts';
import { subscriptionListCommand } from './subscription-list-command.ts';
import { subscriptionResumeCommand } from './subscription-resume-command.ts';
import { subscriptionSuspendCommand } from './subscription-suspend-command.ts';
import { subscriptionTestCommand } from './subscription-test-command.ts';
import { WHICH_SUBSCRIPTIONS } from './which-subscriptions.ts';

const ABOUT = `
Looks at subscriptions that are Kubernetes objects (HookSubscription, ClusterHookSubscription) and works on them, with
the rights of the kubeconfig. Neither the watcher nor its journal is asked: it answers in the status of the objects.
`;

/** `offhook subscription …` */
export const subscriptionCommands: CommandGroup = {
  name: 'subscription',
  summary: 'subscriptions that are Kubernetes objects: look, hold, test',
  about: ABOUT,
  commands: [
    subscriptionListCommand,
    subscriptionDescribeCommand,
    subscriptionSuspendCommand,
    subscriptionResumeCommand,
    subscriptionTestCommand,
  ],
  common: { heading: 'Which objects', options: WHICH_SUBSCRIPTIONS },
};
