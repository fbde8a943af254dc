import { WHICH_AUDIT } from '../audit/which-audit.ts';
import type { Options, OptionValues } from '../command/option.ts';

const { 'data-dir': dataDir, url, 'token-file': tokenFile } = WHICH_AUDIT;

/** Options that say which receiver; every command of the group has them. */
export const WHICH_RECEIVER = {
  'data-dir': dataDir,
  url,
  'token-file': tokenFile,
} as const satisfies Options;

export type WhichReceiver = OptionValues<typeof WHICH_RECEIVER>;
