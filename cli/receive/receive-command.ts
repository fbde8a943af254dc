import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { textValue, wholeNumberValue } from '../command/value-kinds.ts';

const ABOUT = `
Runs the receiver on this machine: takes signed events at POST /events, stores them in one SQLite file,
runs the handlers, and keeps the audit trail. The same application as on Cloudflare Workers and AWS,
for people without a cloud. docs/node.md goes through all of it.

Runs until SIGINT or SIGTERM: then it takes nothing new, lets handlers in work end for up to ten
seconds, and keeps the rest for the next start. A second signal ends it at once.

With --watch it runs in a process of its own. When a module in the folder of handlers.module (or below it,
but not in node_modules) or the configuration is saved, the handlers are registered in another process
first. If they are good, the receiver ends as by SIGTERM and starts anew on the same port and data; if
not, it goes on as it was.
`;

export const receiveCommand = defineCommand({
  name: 'receive',
  summary: 'take signed events, run handlers, keep the audit trail',
  about: ABOUT,
  options: {
    config: {
      placeholder: 'FILE',
      kind: textValue,
      help: 'configuration (default offhook-receiver.yaml); offhook-receiver.example.yaml explains every key',
    },
    port: {
      placeholder: 'PORT',
      kind: wholeNumberValue(0, 65_535),
      help: 'where it listens; goes before listen.port of the configuration',
    },
    watch: {
      help: 'for whoever writes handlers: load them again when they are saved',
      conflicts: { check: 'it runs until it is stopped' },
    },
    check: {
      help: 'read the configuration and the secrets, register the handlers, list them, say what is wrong, and end',
    },
  },
  notes: 'GET /healthz answers 200 as soon as events are taken. With a token, the page is at GET /.',
  exitCodes: {
    0: 'after SIGINT or SIGTERM',
    1: 'when it cannot start, but may later (a port or data directory that is taken, a full disk)',
    2: `${MISTAKE_OR_CONFIGURATION}, and where only a person can mend what keeps it from starting`,
    '130 or 143': 'after a second signal',
  },
  run: async (values, io) => (await import('./run-receive.ts')).runReceive(values, io),
});
