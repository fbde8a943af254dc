import type { CommandGroup } from './terminal/command.ts';

const HELP = `Usage: offhook journal COMMAND [OPTIONS]

Looks into the journal of a watcher and works on it, whether the watcher runs or not.

Commands:
  status   size, queues, dead letters, resume points, owner, schema
  list     stored events, the latest first
  show     one event with its deliveries and attempts
  replay   send an event, or all dead letters of a subscription, again
  purge    remove old events or dead letters
  enable   take up a subscription that its receiver ended

Which journal: --journal DIR, or the one that --config FILE names (default offhook.yaml).
"status", "list" and "show" never write. What "replay", "purge" and "enable" do, a running watcher
takes up within a second; without one it is there at its next start.

"offhook journal COMMAND --help" explains one of them.
`;

/** `offhook journal …` */
export const journalCommands: CommandGroup = {
  help: HELP,
  commands: [
    {
      name: 'status',
      summary: 'size, queues, dead letters, resume points, owner, schema',
      load: async () => (await import('./journal/status.ts')).statusCommand,
    },
    {
      name: 'list',
      summary: 'stored events, the latest first',
      load: async () => (await import('./journal/list.ts')).listCommand,
    },
    {
      name: 'show',
      summary: 'one event with its deliveries and attempts',
      load: async () => (await import('./journal/show.ts')).showCommand,
    },
    {
      name: 'replay',
      summary: 'send an event, or all dead letters of a subscription, again',
      load: async () => (await import('./journal/replay.ts')).replayCommand,
    },
    {
      name: 'purge',
      summary: 'remove old events or dead letters',
      load: async () => (await import('./journal/purge.ts')).purgeCommand,
    },
    {
      name: 'enable',
      summary: 'take up a subscription that its receiver ended',
      load: async () => (await import('./journal/enable.ts')).enableCommand,
    },
  ],
};
