import { defineCommand } from '../command/command.ts';
import { wordValue } from '../command/value-kinds.ts';
import { SENDING_ABOUT, SENDING_EXIT_CODES, SENDING_NOTES, SENDING_OPTIONS } from './sending-options.ts';
import { SENT_NAMES } from './sent-name.ts';

export const sendCommand = defineCommand({
  name: 'send',
  summary: 'send a signed test event to a receiver',
  about: SENDING_ABOUT,
  options: {
    ...SENDING_OPTIONS,
    hook: {
      placeholder: 'HOOK',
      kind: wordValue(SENT_NAMES),
      help: 'which event: a hook, or a narrower name such as postStop.oomKilled',
      default: 'postStop',
    },
  },
  notes: SENDING_NOTES,
  examples: [
    'offhook send --to http://127.0.0.1:8787/events --signing-secret-file bridge.secret',
    'offhook send --to https://bridge.example/events --hook postStop --set exit.code=137',
  ],
  exitCodes: SENDING_EXIT_CODES,
  run: async (values, io) => (await import('./run-send.ts')).runSend(values, io),
});
