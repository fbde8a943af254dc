import { defineCommand } from '../command/command.ts';
import { wordValue } from '../command/value-kinds.ts';
import {
  SENDING_ABOUT,
  SENDING_EXIT_CODES,
  SENDING_NOTES,
  SENDING_OPTIONS,
} from '../send/sending-options.ts';
import { SENT_NAMES } from '../send/sent-name.ts';

/** `offhook send`, by the name and in the way of other webhook tools. */
export const triggerCommand = defineCommand({
  name: 'trigger',
  summary: 'send a signed test event by the name of its hook',
  about: SENDING_ABOUT,
  operands: {
    hook: {
      placeholder: 'HOOK',
      kind: wordValue(SENT_NAMES),
      wanted: 'a HOOK, such as postStop or postStop.oomKilled',
    },
  },
  options: SENDING_OPTIONS,
  notes: SENDING_NOTES,
  examples: [
    'offhook trigger postStop.oomKilled --to http://127.0.0.1:8787/events',
    'offhook trigger preStop --to https://bridge.example/events --set stop.trigger=evicted --print',
  ],
  exitCodes: SENDING_EXIT_CODES,
  run: async (values, io) => (await import('../send/run-send.ts')).runSend(values, io),
});
