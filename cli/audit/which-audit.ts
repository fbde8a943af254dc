import type { Options, OptionValues } from '../command/option.ts';
import { textValue } from '../command/value-kinds.ts';
import { receiverUrl } from '../options/receiver-url.ts';

/** Options that say which audit trail; every command of the group has them. */
export const WHICH_AUDIT = {
  'data-dir': {
    placeholder: 'DIR',
    kind: textValue,
    help: 'data directory of a receiver on Node, whether it runs or not',
  },
  url: {
    placeholder: 'URL',
    kind: receiverUrl,
    help: 'a receiver anywhere, such as https://bridge.example.workers.dev; events go to /events below this URL',
  },
  'token-file': {
    placeholder: 'FILE',
    kind: textValue,
    help: "with --url: holds the token of the receiver's page (PAGE_TOKEN)",
    goesWith: { url: '' },
  },
  file: { placeholder: 'FILE', kind: textValue, help: 'what "offhook audit export" wrote' },
} as const satisfies Options;

export type WhichAudit = OptionValues<typeof WHICH_AUDIT>;
