import type { Options, OptionValues } from '../command/option.ts';
import { textValue } from '../command/value-kinds.ts';
import { WATCHER_CONFIG } from '../options/config-file.ts';

/** Options that say which journal; every command of the group has them. */
export const WHICH_JOURNAL = {
  config: WATCHER_CONFIG,
  'data-dir': {
    placeholder: 'DIR',
    kind: textValue,
    help: "the journal's directory; no configuration is read then",
    formerly: 'journal',
    conflicts: { config: 'both say which journal; give one of them' },
  },
} as const satisfies Options;

export type WhichJournal = OptionValues<typeof WHICH_JOURNAL>;
