import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { textValue } from '../command/value-kinds.ts';
import { receiverUrl } from '../options/receiver-url.ts';

const ABOUT = `
Makes a link to the page of a receiver that runs. It lets one browser in, once, within ten minutes, and
shows nothing of the token it is made from: fit for a chat, where a token is not.

On the machine of a receiver its configuration says where it is and what the token is. Anywhere else, or
behind a proxy, --url says where and --token-file what. The receiver is asked first whether that is its
token, and what time it is there.
`;

export const pageLinkCommand = defineCommand({
  name: 'page-link',
  summary: 'make a one-time link to the page of a receiver that runs',
  about: ABOUT,
  options: {
    config: {
      placeholder: 'FILE',
      kind: textValue,
      help: 'configuration of the receiver (default offhook-receiver.yaml, where --url and --token-file do not say all)',
    },
    url: {
      placeholder: 'URL',
      kind: receiverUrl,
      help: 'where browsers find the receiver, such as https://bridge.example.workers.dev',
    },
    'token-file': {
      placeholder: 'FILE',
      kind: textValue,
      help: "holds the token of the receiver's page (PAGE_TOKEN)",
    },
  },
  notes: 'The link alone goes to standard output.',
  examples: [
    'offhook page-link',
    'offhook page-link --url https://bridge.example.workers.dev --token-file page.token',
  ],
  exitCodes: {
    0: 'when the link is made',
    1: 'when the receiver does not answer, has no page, or has another token',
    2: MISTAKE_OR_CONFIGURATION,
  },
  run: async (values, io) => (await import('./make-page-link.ts')).makePageLink(values, io),
});
