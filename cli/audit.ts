import type { CommandGroup } from './terminal/command.ts';

const HELP = `Usage: offhook audit COMMAND [OPTIONS]

Looks into the audit trail of a receiver and checks that nobody changed it. Never writes.

Commands:
  verify   check the chains, what is kept of the events, and the checkpoints
  list     events and handler runs, the latest first
  export   all records with the events they are of, as JSON lines

Which audit trail, one of:
  --data-dir DIR  the data directory of a receiver on Node, whether it runs or not
  --url URL       a receiver anywhere, such as https://bridge.example.workers.dev, with the token of
                  its page in --token-file FILE
  --file FILE     what "export" wrote

"offhook audit COMMAND --help" explains one of them.
`;

/** `offhook audit …` */
export const auditCommands: CommandGroup = {
  help: HELP,
  commands: [
    {
      name: 'verify',
      summary: 'check the chains, what is kept of the events, and the checkpoints',
      load: async () => (await import('./audit/verify.ts')).verifyCommand,
    },
    {
      name: 'list',
      summary: 'events and handler runs, the latest first',
      load: async () => (await import('./audit/list.ts')).listCommand,
    },
    {
      name: 'export',
      summary: 'all records with the events they are of, as JSON lines',
      load: async () => (await import('./audit/export.ts')).exportCommand,
    },
  ],
};
