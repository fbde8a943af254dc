import type { ValueOption } from '../command/option.ts';
import { textValue } from '../command/value-kinds.ts';

/** `--config FILE` of what reads the watcher's configuration. */
export const WATCHER_CONFIG = {
  placeholder: 'FILE',
  kind: textValue,
  help: 'configuration of the watcher (default offhook.yaml); offhook.example.yaml explains every key',
} as const satisfies ValueOption<string>;
