import type { CommandEntry } from './terminal/command.ts';

/** All commands, in the order in which a newcomer needs them. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'dev',
    summary: 'run the whole bridge on this machine, with an embedded cluster',
    load: async () => (await import('./dev.ts')).devCommand,
  },
  {
    name: 'watch',
    summary: 'follow a cluster and send its lifecycle events',
    load: async () => (await import('./watch.ts')).watchCommand,
  },
  {
    name: 'receive',
    summary: 'take signed events, run handlers, keep the audit trail',
    load: async () => (await import('./receive.ts')).receiveCommand,
  },
  {
    name: 'explain',
    summary: 'print the lifecycle events that a recorded watch stream means',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    name: 'keygen',
    summary: 'make a signing secret',
    load: async () => (await import('./keygen.ts')).keygenCommand,
  },
  {
    name: 'journal',
    summary: 'look into the journal, replay and remove events',
    load: async () => (await import('./journal.ts')).journalCommands,
  },
  {
    name: 'audit',
    summary: 'verify, list and export the audit trail of a receiver',
    load: async () => (await import('./audit.ts')).auditCommands,
  },
];
