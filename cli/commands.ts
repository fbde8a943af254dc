import { auditCommands } from './audit/audit-commands.ts';
import { clusterCommand } from './cluster/cluster-command.ts';
import type { CommandGroup } from './command/command.ts';
import { completionCommandOf } from './completion/completion-command.ts';
import { devCommand } from './dev/dev-command.ts';
import { doctorCommand } from './doctor/doctor-command.ts';
import { explainCommand } from './explain/explain-command.ts';
import { handlersCommands } from './handlers/handlers-commands.ts';
import { journalCommands } from './journal/journal-commands.ts';
import { keygenCommand } from './keygen/keygen-command.ts';
import { listenCommand } from './listen/listen-command.ts';
import { pageLinkCommand } from './page-link/page-link-command.ts';
import { receiveCommand } from './receive/receive-command.ts';
import { resendCommand } from './resend/resend-command.ts';
import { schemaCommand } from './schema/schema-command.ts';
import { sendCommand } from './send/send-command.ts';
import { subscriptionCommands } from './subscription/subscription-commands.ts';
import { triggerCommand } from './trigger/trigger-command.ts';
import { versionCommand } from './version/version-command.ts';
import { watchCommand } from './watch/watch-command.ts';

/** All commands, in the order in which a newcomer needs them. */
export const offhookCommands: CommandGroup = {
  name: 'offhook',
  summary: 'serverless webhook event bridge for Kubernetes container lifecycles',
  about: 'Offhook turns Kubernetes container lifecycle transitions into signed webhooks.',
  commands: [
    devCommand,
    watchCommand,
    doctorCommand,
    receiveCommand,
    listenCommand,
    sendCommand,
    triggerCommand,
    resendCommand,
    pageLinkCommand,
    clusterCommand,
    explainCommand,
    keygenCommand,
    schemaCommand,
    journalCommands,
    subscriptionCommands,
    handlersCommands,
    auditCommands,
    completionCommandOf(() => offhookCommands),
    versionCommand,
  ],
  notes: '--version and -v print the version.',
};
