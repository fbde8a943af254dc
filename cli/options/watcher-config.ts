import { text } from '../terminal/kind.ts';
import type { ValueOption } from '../terminal/option.ts';

/** `--config FILE` of what reads the watcher's configuration. */
export const WATCHER_CONFIG = {
  placeholder: 'FILE',
  kind: text,
  help: 'configuration of the watcher (default offhook.yaml); offhook.example.yaml explains every key',
} as const satisfies ValueOption<string>;
